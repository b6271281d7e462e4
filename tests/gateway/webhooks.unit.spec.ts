import { expect, test } from "bun:test";
import { RetryableError } from "../../actors/errors.ts";
import { createLab, json, PAYMENT, problemIn } from "./lab.ts";

type Lab = ReturnType<typeof createLab>;

/** An order whose payment Toss has not answered. */
const paying = async (lab: Lab): Promise<string> => {
  const orderId = await lab.place();
  await lab.post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=0" } });
  lab.client.commands.length = 0;
  return orderId;
};

const changed = (orderId: string, paymentKey = PAYMENT.paymentKey) => ({
  eventType: "PAYMENT_STATUS_CHANGED",
  createdAt: "2026-11-23T10:00:00.123456",
  data: {
    version: "2022-11-16",
    orderId,
    paymentKey,
    status: "DONE",
    totalAmount: 39_000,
    card: { number: "4330****" },
  },
});

const deposit = (orderId: string) => ({
  createdAt: "2026-11-23T10:00:00+09:00",
  secret: "ps_secret",
  status: "DONE",
  transactionKey: "txrd_a01",
  orderId,
});

const hook = (lab: Lab, body: unknown, transmission: string | null = "t-1"): Promise<Response> =>
  lab.ask("/webhooks/toss", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(transmission !== null && { "tosspayments-webhook-transmission-id": transmission }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const acknowledged = async (answer: Promise<Response>) => {
  const response = await answer;
  expect(response.status).toBe(200);
  expect(await json(response)).toEqual({});
};

test("postToss_becomesANotice_paymentStatusChanged", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  const waits: number[] = [];
  const { submit } = lab.client;
  lab.client.submit = async (command, waitMs) => {
    waits.push(waitMs);
    return submit(command, waitMs);
  };
  await acknowledged(hook(lab, changed(orderId)));
  expect(lab.client.commands).toMatchObject([
    {
      type: "payment.notice",
      orderId,
      data: { paymentKey: PAYMENT.paymentKey },
      actor: { role: "service", id: "toss-webhook" },
    },
  ]);
  expect(waits).toEqual([0]);
});

test("postToss_isOneCommand_repeatedTransmission", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  await acknowledged(hook(lab, changed(orderId), "t-7"));
  await acknowledged(hook(lab, changed(orderId), "t-7"));
  await acknowledged(hook(lab, changed(orderId), "t-8"));
  const ids = lab.client.commands.map(({ id }) => id);
  expect(ids[0]).toBe(String(ids[1]));
  expect(new Set(ids).size).toBe(2);
});

test("postToss_isOneCommand_repeatedWithoutTransmissionId", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  await acknowledged(hook(lab, changed(orderId), null));
  await acknowledged(hook(lab, changed(orderId), null));
  expect(new Set(lab.client.commands.map(({ id }) => id)).size).toBe(1);
});

test("postToss_meansTheNewestPayment_depositCallback", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  await acknowledged(hook(lab, deposit(orderId)));
  expect(lab.client.commands).toMatchObject([
    { type: "payment.notice", data: { paymentKey: PAYMENT.paymentKey } },
  ]);
});

test("postToss_writesNothing_aboutNothingOfOurs", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  const unpaid = await lab.place();
  lab.client.commands.length = 0;
  await acknowledged(hook(lab, changed("o-unknown")));
  await acknowledged(hook(lab, changed("not one of ours!")));
  await acknowledged(hook(lab, changed(orderId, "another-key")));
  await acknowledged(hook(lab, deposit(unpaid)));
  expect(lab.client.commands).toEqual([]);
  expect(lab.lines.map(({ level }) => level)).toEqual(["info", "info", "info", "info"]);
  expect(JSON.stringify(lab.lines)).not.toContain("ps_secret");
});

test("postToss_acknowledges_eventsThatWeDoNotRead", async () => {
  const lab = createLab();
  for (const eventType of [
    "BILLING_DELETED",
    "METHOD_UPDATED",
    "payout.changed",
    "CANCEL_STATUS_CHANGED",
    "X",
  ]) {
    await acknowledged(hook(lab, { eventType, createdAt: "2026-11-23T10:00:00", data: { any: [1] } }));
  }
  expect(lab.client.commands).toEqual([]);
});

test("postToss_answers400_malformed", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  const { data, ...headless } = changed(orderId);
  const bodies = [
    "{",
    "[]",
    "{}",
    headless,
    { ...headless, data: { ...data, paymentKey: 5 } },
    { ...headless, data: { orderId } },
    { ...headless, data: { ...data, orderId: { $ne: "" } } },
    { ...deposit(orderId), orderId: 1 },
    { eventType: 5 },
  ];
  for (const body of bodies) {
    const response = await hook(lab, body);
    expect({ body, status: response.status }).toEqual({ body, status: 400 });
  }
  expect(lab.client.commands).toEqual([]);
  expect(lab.lines).toEqual([]);
});

test("postToss_acknowledges_noticeDurableButNotRun", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  lab.client.submit = async () => ({ status: "pending" });
  await acknowledged(hook(lab, changed(orderId)));
});

test("postToss_answers503SoThatTossRepeats_notDurable", async () => {
  const lab = createLab();
  const orderId = await paying(lab);
  lab.client.submit = async () => {
    throw new RetryableError("BUS_UNAVAILABLE", { message: "The bus is away." });
  };
  const response = await hook(lab, changed(orderId));
  expect(await problemIn(response)).toMatchObject({ status: 503, code: "BUS_UNAVAILABLE" });
});
