import { expect, test } from "bun:test";
import { buyer, call, confirm, failureOf, mockForSpec } from "./harness.ts";
import { startTossMock } from "./mod.ts";

const mock = await mockForSpec();

test("hold_keepsTheReply_moneyHasMovedMeanwhile", async () => {
  const body = buyer(mock);
  const held = mock.hold("confirm", { orderId: body.orderId });
  const reply = confirm(mock, body);
  const entry = await held.reached;
  expect(entry).toMatchObject({ processed: true, delivery: "pending", outcome: null });
  expect((await call(mock, `/v1/payments/${body.paymentKey}`)).json.status).toBe("DONE");
  held.release();
  expect((await reply).json.status).toBe("DONE");
});

test("hold_beforeProcessing_nothingHasMoved", async () => {
  const body = buyer(mock);
  const held = mock.hold("confirm", { paymentKey: body.paymentKey, at: "beforeProcessing" });
  const reply = confirm(mock, body);
  expect((await held.reached).processed).toBe(false);
  expect(mock.ledger.account(body.paymentKey)).toMatchObject({ status: "IN_PROGRESS", capturedAmount: 0 });
  held.release();
  expect((await reply).status).toBe(200);
});

test("hold_outlivesItsCaller_theKeyIsBoundOnRelease", async () => {
  const body = buyer(mock);
  const held = mock.hold("confirm", { orderId: body.orderId });
  expect(await failureOf(confirm(mock, body, { key: "gone", timeoutMs: 100 }))).toBe("TimeoutError");
  expect((await confirm(mock, body, { key: "gone" })).status).toBe(409);
  held.release();
  expect((await confirm(mock, body, { key: "gone" })).json.status).toBe("DONE");
  expect(mock.ledger.captures(body.orderId)).toHaveLength(1);
});

test("hold_stopsNothing_releasedBeforehand", async () => {
  const body = buyer(mock);
  mock.hold("confirm").release();
  expect((await confirm(mock, body)).status).toBe(200);
});

test("processed_resolves_beforeAndAfterTheRequest", async () => {
  const body = buyer(mock);
  const waiting = mock.processed("confirm", body.orderId);
  await confirm(mock, body);
  expect((await waiting).paymentKey).toBe(body.paymentKey);
  expect(await mock.processed("confirm", body.paymentKey)).toBe(await waiting);
});

test("processed_throws_nothingCameInTime", async () => {
  const { orderId } = buyer(mock);
  const waiting = mock.processed("confirm", orderId, { timeoutMs: 20 });
  await expect(waiting).rejects.toThrow(`No confirm of ${orderId} was processed within 20 ms.`);
});

test("stop_cutsWhatIsHeld_andProcessesNothingMore", async () => {
  const own = await startTossMock();
  const body = buyer(own);
  const held = own.hold("confirm", { at: "beforeProcessing" });
  const failure = failureOf(confirm(own, body));
  await held.reached;
  await own.stop();
  expect(await failure).not.toBe("none");
  expect(own.ledger.captures(body.orderId)).toEqual([]);
});
