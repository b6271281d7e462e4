import { expect, test } from "bun:test";
import { buyer, call, cancel, confirm, handClock, mockForSpec, paid } from "./harness.ts";
import type { TossMock } from "./mod.ts";
import { receiver } from "./webhook-receiver.ts";

const { url, received } = receiver();
const { clock } = handClock(Date.parse("2026-11-23T01:02:03.456Z"));
const mock = await mockForSpec({ webhookUrl: url, clock });

/** The webhooks that came for one payment, once none is under way. */
async function told(target: TossMock, paymentKey: string) {
  await target.webhooks.idle();
  return received.filter(({ body }) => body.data?.paymentKey === paymentKey);
}

test("webhook_carriesTheWholePayment_confirm", async () => {
  const body = buyer(mock);
  const { json } = await confirm(mock, body);
  const [webhook] = await told(mock, body.paymentKey);
  expect(webhook?.body).toEqual({
    eventType: "PAYMENT_STATUS_CHANGED",
    createdAt: "2026-11-23T10:02:03.456000",
    data: expect.objectContaining({ status: "DONE", paymentKey: body.paymentKey, secret: json.secret }),
  });
  expect(webhook).toMatchObject({ retriedCount: "0", time: "2026-11-23T10:02:03+09:00", signature: null });
  expect(webhook?.id).not.toBe("");
});

test("webhook_tellsEachChange_cancelDeclineAndExpiry", async () => {
  const { paymentKey } = await paid(mock);
  await cancel(mock, paymentKey, { cancelAmount: 5_000 });
  await cancel(mock, paymentKey, { cancelAmount: 5_000 });
  const webhooks = await told(mock, paymentKey);
  expect(webhooks.map(({ body }) => body.data?.balanceAmount).sort()).toEqual([10_000, 15_000, 5_000]);
  expect(new Set(webhooks.map(({ id }) => id)).size).toBe(3);

  const declined = buyer(mock, { decline: "REJECT_CARD_PAYMENT" });
  await confirm(mock, declined);
  expect((await told(mock, declined.paymentKey)).map(({ body }) => body.data?.status)).toEqual(["ABORTED"]);

  const late = buyer(mock);
  mock.sessions.expire(late.paymentKey);
  expect((await told(mock, late.paymentKey)).map(({ body }) => body.data?.status)).toEqual(["EXPIRED"]);
});

test("webhook_isSent_thoughTheReplyNeverCame", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "timeoutAfterSuccess" });
  await confirm(mock, body, { timeoutMs: 100 }).catch(() => null);
  expect(await told(mock, body.paymentKey)).toHaveLength(1);
});

test("webhook_tellsNothing_readyInProgressOrRefused", async () => {
  const body = buyer(mock);
  await confirm(mock, { ...body, amount: 1 });
  expect(await told(mock, body.paymentKey)).toEqual([]);
});

test("webhook_arrivesFirst_timingBeforeReply", async () => {
  const body = buyer(mock);
  await call(mock, "/mock/webhooks", { body: { timing: "beforeReply" } });
  await confirm(mock, body);
  expect(received.some(({ body: { data } }) => data?.paymentKey === body.paymentKey)).toBe(true);
  mock.webhooks.configure({ timing: "afterReply" });
});

test("webhook_comesTwice_copiesAndResendShareTheTransmissionId", async () => {
  const body = buyer(mock);
  mock.webhooks.configure({ copies: 2 });
  await confirm(mock, body);
  expect(await told(mock, body.paymentKey)).toHaveLength(2);
  mock.webhooks.configure({ copies: 1 });
  await mock.webhooks.resend(body.paymentKey);
  const { paymentKey } = body;
  await call(mock, "/mock/webhooks/resend", { body: { paymentKey } });
  const webhooks = await told(mock, paymentKey);
  expect(webhooks).toHaveLength(4);
  expect(new Set(webhooks.map(({ id }) => id)).size).toBe(1);
});

test("resend_refuses_paymentWithoutAWebhook", async () => {
  const { paymentKey } = buyer(mock);
  await expect(mock.webhooks.resend(paymentKey)).rejects.toThrow("No webhook");
  expect((await call(mock, "/mock/webhooks/resend", { body: { paymentKey } })).status).toBe(400);
});
