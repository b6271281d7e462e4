import { expect, test } from "bun:test";
import { RetryableError } from "../../actors/errors.ts";
import { createLab, json, orderBody, problemIn } from "./lab.ts";

test("postOrders_answers201WithLocation_validOrder", async () => {
  const lab = createLab();
  const response = await lab.post("/orders", orderBody);
  const body = await json<{ orderId: string; commandId: string }>(response);
  expect(response.status).toBe(201);
  expect(response.headers.get("location")).toBe(`/orders/${body.orderId}`);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(body).toMatchObject({ state: "ordered", event: "order.placed", seq: 1 });
  expect(body.commandId.startsWith(`${body.orderId}.`)).toBe(true);
  expect((await lab.get(`/orders/${body.orderId}`)).status).toBe(200);
});

test("postOrders_answersTheSame_sameKeyAndBody", async () => {
  const lab = createLab();
  const first = await lab.post("/orders", orderBody, { key: "k" });
  const { customer, ...rest } = orderBody;
  const again = await lab.post("/orders", { ...rest, customer }, { key: "k" });
  expect(again.status).toBe(first.status);
  expect(again.headers.get("location")).toBe(first.headers.get("location"));
  expect(await again.text()).toBe(await first.text());
  expect(lab.client.documents.size).toBe(1);
});

test("postOrders_answers422_sameKeyAndOtherBody", async () => {
  const lab = createLab();
  await lab.post("/orders", orderBody, { key: "k" });
  const response = await lab.post("/orders", { ...orderBody, totalAmount: 1 }, { key: "k" });
  expect(response.status).toBe(422);
  expect(await problemIn(response)).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED", instance: "/orders" });
});

test("postOrders_makesAnotherOrder_otherKey", async () => {
  const lab = createLab();
  await lab.post("/orders", orderBody, { key: "k-1" });
  await lab.post("/orders", orderBody, { key: "k-2" });
  expect(lab.client.documents.size).toBe(2);
});

test("postOrders_makesAnotherOrder_sameKeyOfAnotherCaller", async () => {
  const lab = createLab({
    callerOf: (request) => ({ role: "service", id: request.headers.get("x-test-caller") ?? "nobody" }),
  });
  const one = await lab.post("/orders", orderBody, { key: "k", headers: { "x-test-caller": "one" } });
  const two = await lab.post("/orders", orderBody, { key: "k", headers: { "x-test-caller": "two" } });
  expect([one.status, two.status]).toEqual([201, 201]);
  expect(lab.client.commands.map(({ actor }) => actor.id)).toEqual(["one", "two"]);
  expect(lab.client.documents.size).toBe(2);
});

test("postOrders_answersTheRefusal_totalMismatch", async () => {
  const lab = createLab();
  const response = await lab.post("/orders", { ...orderBody, totalAmount: 38_000 });
  expect(response.status).toBe(422);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = await problemIn(response);
  expect(problem).toMatchObject({
    code: "TOTAL_MISMATCH",
    title: "Total differs from the lines",
    status: 422,
  });
  expect(problem.detail).toContain("39000 KRW");
  expect(problem.commandId).toContain(String(problem.orderId));
});

test("postOrders_answers202WithAPlaceToLook_commandOutlastsItsWait", async () => {
  const lab = createLab();
  lab.client.submit = async () => ({ status: "pending" });
  const response = await lab.post("/orders", orderBody);
  const body = await json<{ commandId: string }>(response);
  expect(response.status).toBe(202);
  expect(body).toMatchObject({ status: "pending" });
  expect(response.headers.get("location")).toBe(`/commands/${body.commandId}`);
  expect(response.headers.get("retry-after")).toBe("1");
});

test("postOrders_waitsAsConfigured_commandWait", async () => {
  const lab = createLab({ config: { commandWaitMs: 1_234 } });
  const waits: number[] = [];
  lab.client.submit = async (_, waitMs) => {
    waits.push(waitMs);
    return { status: "pending" };
  };
  await lab.post("/orders", orderBody);
  expect(waits).toEqual([1_234]);
});

test("postOrders_answers503WithRetryAfter_storeAway", async () => {
  const lab = createLab();
  lab.client.submit = async () => {
    throw new RetryableError("STORE_UNAVAILABLE", { message: "The store is away." });
  };
  const response = await lab.post("/orders", orderBody);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await problemIn(response)).toMatchObject({
    code: "STORE_UNAVAILABLE",
    detail: "The store is away.",
  });
  expect(lab.lines).toEqual([]);
});

test("postOrders_answers503_arrivalUnknown", async () => {
  const lab = createLab();
  lab.client.submit = async () => ({ status: "unknown" });
  const response = await lab.post("/orders", orderBody);
  expect(response.status).toBe(503);
  expect(await problemIn(response)).toMatchObject({ code: "BUS_UNAVAILABLE" });
});

test("postOrders_saysThatItWasPutAside_deadCommand", async () => {
  const lab = createLab();
  lab.client.submit = async () => ({ status: "dead", reason: "poison", at: "2026-11-23T01:00:00.000Z" });
  const response = await lab.post("/orders", orderBody);
  expect(response.status).toBe(500);
  const problem = await problemIn(response);
  expect(problem).toMatchObject({ code: "COMMAND_FAILED" });
  expect(response.headers.get("location")).toBe(`/commands/${problem.commandId}`);
});

test("postOrders_tellsOnlyAnIncident_defect", async () => {
  const lab = createLab();
  lab.client.submit = async () => {
    throw new Error("secret detail");
  };
  const response = await lab.post("/orders", orderBody);
  const problem = await problemIn(response);
  expect(response.status).toBe(500);
  expect(problem.code).toBe("INTERNAL");
  expect(JSON.stringify(problem)).not.toContain("secret detail");
  expect(lab.lines).toMatchObject([
    { level: "error", fields: { incident: problem.incident, path: "/orders" } },
  ]);
});
