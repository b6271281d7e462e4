import { expect, test } from "bun:test";
import { mockForSpec, paid, until } from "./harness.ts";
import { documentedRetries } from "./options.ts";
import { receiver } from "./webhook-receiver.ts";

const refusesTwice = receiver((n) => (n < 2 ? 503 : 200));
const refuses = receiver(() => 204);
const retrying = await mockForSpec({ webhookUrl: refusesTwice.url, webhookRetries: [10, 20, 30] });
const bounded = await mockForSpec({ webhookUrl: refuses.url, webhookRetries: [5] });
const unreachable = await mockForSpec({ webhookUrl: "http://127.0.0.1:1/", webhookRetries: [] });

test("retry_repeatsUntil200_withTheSameTransmissionId", async () => {
  await paid(retrying);
  await until(() => retrying.webhooks.deliveries().length === 3);
  expect(refusesTwice.received.map(({ retriedCount }) => retriedCount)).toEqual(["0", "1", "2"]);
  expect(new Set(refusesTwice.received.map(({ id }) => id)).size).toBe(1);
  expect(retrying.webhooks.deliveries().map(({ httpStatus }) => httpStatus)).toEqual([503, 503, 200]);
});

test("retry_givesUp_afterTheLastWait", async () => {
  await paid(bounded);
  await until(() => bounded.webhooks.deliveries().length === 2);
  await Bun.sleep(50);
  expect(bounded.webhooks.deliveries().map(({ httpStatus }) => httpStatus)).toEqual([204, 204]);
});

test("delivery_failsQuietly_receiverUnreachable", async () => {
  const { paymentKey } = await paid(unreachable);
  await unreachable.webhooks.idle();
  expect(unreachable.webhooks.deliveries()).toMatchObject([{ paymentKey, httpStatus: null }]);
});

test("schedule_isTheDocumentedOne_sevenRetriesInMinutes", () => {
  expect(documentedRetries.map((ms) => ms / 60_000)).toEqual([1, 4, 16, 64, 256, 1024, 4096]);
});
