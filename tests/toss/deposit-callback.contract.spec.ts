import { expect, test } from "bun:test";
import { buyer, confirm, handClock, mockForSpec } from "./harness.ts";
import { receiver } from "./webhook-receiver.ts";

const { url, received } = receiver();
const { clock } = handClock();
const mock = await mockForSpec({ webhookUrl: url, depositCallbacks: true, clock });

test("depositCallback_isFlat_besideTheStatusEvent", async () => {
  const body = buyer(mock, { method: "가상계좌" });
  const { json } = await confirm(mock, body);
  await mock.webhooks.idle();
  const { lastTransactionKey } = mock.deposit(body.paymentKey);
  await mock.webhooks.idle();

  const statusEvents = received.filter((webhook) => webhook.body.eventType === "PAYMENT_STATUS_CHANGED");
  expect(statusEvents.map((webhook) => webhook.body.data?.status)).toEqual(["DONE"]);
  const callbacks = received.filter((webhook) => webhook.body.eventType === undefined);
  expect(callbacks.map((webhook) => webhook.body.status)).toEqual(["WAITING_FOR_DEPOSIT", "DONE"]);
  expect(callbacks[1]?.body).toEqual({
    createdAt: "2026-11-23T10:02:03+09:00",
    secret: json.secret,
    status: "DONE",
    transactionKey: lastTransactionKey,
    orderId: body.orderId,
  });
});
