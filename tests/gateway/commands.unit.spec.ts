import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { CommandView, DeadLetters } from "../../gateway/schemas/command.ts";
import { createLab, json, orderBody, PAYMENT, problemIn } from "./lab.ts";

type Lab = ReturnType<typeof createLab>;

const look = async (lab: Lab, commandId: string) => {
  const view = await json<CommandView>(await lab.get(`/commands/${commandId}`));
  expect([...Value.Errors(CommandView, view)]).toEqual([]);
  return view;
};

const commandOf = async (answer: Promise<Response>): Promise<string> =>
  (await json<{ commandId: string }>(await answer)).commandId;

/** A place command that was put aside. */
const buried = async (lab: Lab) => {
  const { submit } = lab.client;
  lab.client.submit = async () => ({ status: "pending" });
  const commandId = await commandOf(lab.post("/orders", orderBody, { key: "dead" }));
  lab.client.submit = submit;
  const orderId = commandId.slice(0, commandId.lastIndexOf("."));
  lab.client.deadLetterBox.set(commandId, {
    command: {
      id: commandId,
      orderId,
      type: "order.place",
      data: orderBody,
      actor: { role: "operator", id: "local" },
      issuedAt: "2026-11-23T01:00:00.000Z",
      hash: "h",
    },
    reason: "it failed 5 times",
    at: "2026-11-23T01:01:00.000Z",
  });
  return { commandId, orderId };
};

test("getCommand_tellsTheResult_accepted", async () => {
  const lab = createLab();
  const placed = await lab.post("/orders", orderBody);
  const result = await json<{ commandId: string }>(placed);
  expect(await look(lab, result.commandId)).toMatchObject({ status: "done", result });
});

test("getCommand_tellsTheProblem_refused", async () => {
  const lab = createLab();
  const commandId = await commandOf(lab.post("/orders", { ...orderBody, totalAmount: 1 }));
  expect(await look(lab, commandId)).toMatchObject({
    status: "done",
    problem: { code: "TOTAL_MISMATCH", status: 422 },
  });
});

test("getCommand_tellsHowTossAnswered_payment", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const options = { headers: { prefer: "wait=0" } };
  const commandId = await commandOf(lab.post(`/orders/${orderId}/payment`, PAYMENT, options));
  expect(await look(lab, commandId)).toMatchObject({
    result: { state: "paying", payment: { status: "unknown" } },
  });
  lab.capture(orderId);
  expect(await look(lab, commandId)).toMatchObject({
    result: { payment: { status: "captured", attempt: 1 } },
  });
});

test("getCommand_saysPendingWithRetryAfter_durableWithoutReply", async () => {
  const lab = createLab();
  const commandId = await commandOf(lab.post("/orders", orderBody));
  lab.client.status = async () => ({ status: "pending" });
  const response = await lab.get(`/commands/${commandId}`);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await json(response)).toMatchObject({ status: "pending", commandId });
});

test("getCommand_saysDead_putAside", async () => {
  const lab = createLab();
  const { commandId } = await buried(lab);
  expect(await look(lab, commandId)).toMatchObject({ status: "dead", reason: "it failed 5 times" });
});

test("getCommand_answers404_neverSeen", async () => {
  const response = await createLab().get(`/commands/o-unknown.${"x".repeat(22)}`);
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "COMMAND_NOT_FOUND" });
});

test("getCommand_answers400_idThatIsNone", async () => {
  const lab = createLab();
  for (const id of ["x", "o-unknown", `o-unknown.${"x".repeat(23)}`, `o%20nknown.${"x".repeat(22)}`]) {
    expect((await lab.get(`/commands/${id}`)).status).toBe(400);
  }
});

test("getDeadLetters_listsThemWithoutTheirData_personalData", async () => {
  const lab = createLab();
  const { commandId, orderId } = await buried(lab);
  const response = await lab.get("/dead-letters");
  const text = await response.text();
  expect(text).not.toContain("Gildong");
  expect(text).not.toContain("010-1234");
  const body = JSON.parse(text) as DeadLetters;
  expect(Value.Check(DeadLetters, body)).toBe(true);
  expect(body.deadLetters).toMatchObject([
    { commandId, orderId, type: "order.place", reason: "it failed 5 times" },
  ]);
});

test("postRetry_bringsItBack_deadLetter", async () => {
  const lab = createLab();
  const { commandId, orderId } = await buried(lab);
  const response = await lab.post(`/dead-letters/${commandId}/retry`);
  expect(response.status).toBe(202);
  expect(response.headers.get("location")).toBe(`/commands/${commandId}`);
  expect(await look(lab, commandId)).toMatchObject({
    status: "done",
    result: { orderId, event: "order.placed" },
  });
});

test("postRetry_answersTheSame_repeated", async () => {
  const lab = createLab();
  const { commandId } = await buried(lab);
  // The dead letter's id says which command is meant: a key would say nothing more, so none is asked for.
  const retry = () => lab.ask(`/dead-letters/${commandId}/retry`, { method: "POST" });
  const [first, again] = [await retry(), await retry()];
  expect([first.status, again.status]).toEqual([202, 202]);
  expect(await again.text()).toBe(await first.text());
});

test("postRetry_answers404_noSuchDeadLetter", async () => {
  const response = await createLab().post(`/dead-letters/o-unknown.${"x".repeat(22)}/retry`);
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "DEAD_LETTER_NOT_FOUND" });
});
