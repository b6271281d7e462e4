import { expect, test } from "bun:test";
import { waitPreferred } from "../../gateway/prefer.ts";
import { createLab, json, PAYMENT, problemIn } from "./lab.ts";

const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !what(); i += 1) await Bun.sleep(5);
  if (!what()) throw new Error("it did not happen within 2 s");
};

type Lab = ReturnType<typeof createLab>;

/** A payment that waits: resolves once the gateway listens to the order. */
const payAndWait = async (
  lab: Lab,
  orderId: string,
  key?: string,
): Promise<{ answer: Promise<Response> }> => {
  const answer = lab.post(`/orders/${orderId}/payment`, PAYMENT, { key });
  await until(() => lab.client.listeners.size === 1);
  return { answer };
};

const decline = (lab: Lab, orderId: string) =>
  lab.client.happen(orderId, "payment.decline", {
    attempt: 1,
    code: "EXCEED_MAX_AMOUNT",
    message: "거래금액 한도를 초과했습니다.",
  });

test("postPayment_answers200_capturedWhileWaiting", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const { answer } = await payAndWait(lab, orderId);
  lab.capture(orderId);
  const response = await answer;
  expect(response.status).toBe(200);
  expect(response.headers.get("location")).toBe(`/orders/${orderId}`);
  expect(await json(response)).toMatchObject({
    orderId,
    state: "paid",
    event: "payment.captured",
    seq: 3,
    payment: { attempt: 1, status: "captured", amount: 39_000, approvedAt: "2026-11-23T10:00:00+09:00" },
  });
  expect(lab.client.listeners.size).toBe(0);
});

test("postPayment_answers402WithTossCode_declinedWhileWaiting", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const { answer } = await payAndWait(lab, orderId);
  decline(lab, orderId);
  const response = await answer;
  expect(response.status).toBe(402);
  const problem = await problemIn(response);
  expect(problem).toMatchObject({ code: "PAYMENT_DECLINED", tossCode: "EXCEED_MAX_AMOUNT", orderId });
  expect(problem.detail).toContain("거래금액 한도를 초과했습니다.");
});

test("postPayment_answers202_answerUnknownAfterTheWait", async () => {
  const lab = createLab({ config: { paymentWaitMs: 20 } });
  const orderId = await lab.place();
  const response = await lab.post(`/orders/${orderId}/payment`, PAYMENT);
  expect(response.status).toBe(202);
  const { commandId } = await json<{ commandId: string }>(response);
  expect(response.headers.get("location")).toBe(`/commands/${commandId}`);
  expect(lab.client.listeners.size).toBe(0);
});

test("postPayment_answersAtOnce_preferWaitZero", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const response = await lab.post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=0" } });
  expect(response.status).toBe(202);
});

test("postPayment_answersTheEnd_repeatedAfterIt", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const options = { key: "pay", headers: { prefer: "wait=0" } };
  expect((await lab.post(`/orders/${orderId}/payment`, PAYMENT, options)).status).toBe(202);
  lab.capture(orderId);
  const first = await lab.post(`/orders/${orderId}/payment`, PAYMENT, options);
  expect(first.status).toBe(200);
  const body = await first.text();
  await lab.post(`/orders/${orderId}/cancellations`, { reason: "changed my mind" });
  const again = await lab.post(`/orders/${orderId}/payment`, PAYMENT, options);
  expect(again.status).toBe(200);
  expect(await again.text()).toBe(body);
});

test("postPayment_answersTheDeclineAgain_repeatedAfterAnotherAttemptWasCaptured", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const declined = await payAndWait(lab, orderId, "first");
  decline(lab, orderId);
  const first = await (await declined.answer).text();
  const second = await lab.post(
    `/orders/${orderId}/payment`,
    { ...PAYMENT, paymentKey: "payment-key-2" },
    { headers: { prefer: "wait=0" } },
  );
  expect(second.status).toBe(202);
  lab.capture(orderId, 2);
  const again = await lab.post(`/orders/${orderId}/payment`, PAYMENT, { key: "first" });
  expect(again.status).toBe(402);
  expect(await again.text()).toBe(first);
});

test("postPayment_looksIntoTheStore_liveEventLost", async () => {
  const lab = createLab({ config: { paymentRecheckMs: 20 } });
  const orderId = await lab.place();
  const { answer } = await payAndWait(lab, orderId);
  lab.capture(orderId, 1, { live: false });
  expect((await answer).status).toBe(200);
});

test("postPayment_answersOnce_doubleClick", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const clicks = [1, 2].map(() => lab.post(`/orders/${orderId}/payment`, PAYMENT, { key: "click" }));
  await until(() => lab.client.listeners.size === 2);
  lab.capture(orderId);
  const [one, two] = await Promise.all(clicks);
  expect([one?.status, two?.status]).toEqual([200, 200]);
  expect(await one?.text()).toBe(String(await two?.text()));
});

test("postPayment_isRefused_secondKeyWhilePaying", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  await lab.post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=0" } });
  const response = await lab.post(`/orders/${orderId}/payment`, PAYMENT);
  expect(response.status).toBe(409);
  expect(await problemIn(response)).toMatchObject({ code: "PAYMENT_IN_PROGRESS" });
});

test("postPayment_isRefused_amountOfAnotherOrder", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const response = await lab.post(`/orders/${orderId}/payment`, { ...PAYMENT, amount: 1 });
  expect(await problemIn(response)).toMatchObject({ status: 422, code: "PAYMENT_AMOUNT_MISMATCH" });
});

test("postPayment_answersItsFirstEnding_strayCaptureAfterTheDecline", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const { answer } = await payAndWait(lab, orderId);
  // Toss said no, the order was cancelled, and then it turned out that Toss had captured after all. All of that is
  // told at once, so the first ending counts for the one who waits, and the stray capture for its own history.
  decline(lab, orderId);
  await lab.post(`/orders/${orderId}/cancellations`, { reason: "no money" });
  lab.capture(orderId);
  expect((await answer).status).toBe(402);
  const order = await json(await lab.get(`/orders/${orderId}`));
  expect(order).toMatchObject({ state: "canceled", payments: [{ status: "strayRefunding" }] });
});

test("postPayment_answers409_captureStrayed", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const { answer } = await payAndWait(lab, orderId);
  const document = lab.client.documents.get(orderId);
  const requested = document?.history.at(-1);
  if (!document || !requested) throw new Error("the payment was not requested");
  const strayed = { ...requested, seq: 3, type: "payment.strayed" as const };
  lab.client.documents.set(orderId, { ...document, seq: 3, history: [...document.history, strayed] });
  lab.client.tell(orderId, strayed);
  const response = await answer;
  expect(response.status).toBe(409);
  expect(await problemIn(response)).toMatchObject({ code: "PAYMENT_STRAYED" });
});

test("postPayment_writesNothing_unknownOrder", async () => {
  const lab = createLab();
  const response = await lab.post("/orders/o-unknown/payment", PAYMENT);
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "ORDER_NOT_FOUND" });
  expect(lab.client.commands).toEqual([]);
});

test("waitPreferred_readsWholeSeconds_preferHeader", () => {
  const config = { paymentWaitMs: 10_000, maxPaymentWaitMs: 60_000 };
  const cases: [string | undefined, number][] = [
    [undefined, 10_000],
    ["wait=3", 3_000],
    ["respond-async, wait=3", 3_000],
    ['wait="7"; foo', 7_000],
    ["wait=0", 0],
    ["wait=999999", 60_000],
    ["wait=-1", 10_000],
    ["wait=soon", 10_000],
    ["await=3", 10_000],
    ["", 10_000],
  ];
  for (const [prefer, ms] of cases)
    expect({ prefer, ms: waitPreferred(prefer, config) }).toEqual({ prefer, ms });
});
