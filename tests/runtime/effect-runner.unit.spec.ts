import { expect, test } from "bun:test";
import type { OrderDocument } from "../../actors/document.ts";
import { silentLog } from "../../actors/ports.ts";
import { createEffectRunner } from "../../actors/runtime/effects/runner.ts";
import { commandsOf, type Job } from "../../actors/runtime/job.ts";
import type { Toss, TossPayment } from "../../actors/toss.ts";
import { defaultPolicy, type StoredSnapshot } from "../../machines/mod.ts";
import paidV1 from "../fixtures/order-snapshot-v1-paid.json";
import { ORDER_ID } from "../machines/builders.ts";
import { command, fold, job, NOW, notice, paid, pending, told } from "./fold-builders.ts";

const cancelOf = (id: string, cancelAmount: number) => ({
  cancelAmount,
  cancelReason: `[C${id}] late`,
  canceledAt: "2026-11-23T02:00:00.000Z",
  transactionKey: `back-${id}`,
  cancelStatus: "DONE",
  refundableAmount: 0,
});

const payment = (cancels: ReturnType<typeof cancelOf>[]): TossPayment => ({
  paymentKey: "payment-key-1",
  orderId: ORDER_ID,
  mId: "jumunmock",
  status: "PARTIAL_CANCELED",
  totalAmount: 10_000,
  balanceAmount: cancels.reduce((left, { cancelAmount }) => left - cancelAmount, 10_000),
  currency: "KRW",
  method: "카드",
  approvedAt: "2026-11-23T01:00:01.000Z",
  cancels,
});

/** Runs the look-up that a document waits for. Resolves to the jobs that its answer came back as. */
const lookUp = async (document: OrderDocument, found: TossPayment): Promise<Job[]> => {
  const jobs: Job[] = [];
  const reply = async () => ({ kind: "payment", payment: found }) as const;
  const toss: Toss = { confirm: reply, cancel: reply, lookup: reply, circuit: () => "closed" };
  const runner = createEffectRunner({
    toss,
    policy: defaultPolicy,
    clock: { now: () => NOW },
    log: silentLog,
    enqueue: (one) => jobs.push(one),
    retry: { firstMs: 1, maxMs: 1, giveUpAfterMs: 1_000 },
  });
  runner.run(document, pending(document, "lookup:1"));
  await runner.idle();
  return jobs;
};

const cancellation = (productId: string, id: string) => [
  command(`cancel ${id}`, "cancellation.request", { reason: "late", lines: [{ productId, quantity: 1 }] }),
  command(`restock ${id}`, "cancellation.restock", { cancellationId: id }),
  command(`begin ${id}`, "refund.begin", { cancellationId: id }),
  command(`fail ${id}`, "refund.fail", { cancellationId: id, code: "FORBIDDEN", message: "no" }),
];

test("lookup_comesBackInOneWrite_twoRefundsTookPlaceAfterAll", async () => {
  const { live } = fold(paid(), [...cancellation("tea", "1"), ...cancellation("cup", "2"), notice("n")]);
  const jobs = await lookUp(live.document, payment([cancelOf("1", 1_000), cancelOf("2", 7_000)]));
  expect(jobs.map((one) => commandsOf(one).map(({ type }) => type))).toEqual([
    ["refund.complete", "refund.complete"],
  ]);
  const { document } = fold(live, jobs).live;
  expect(document.state).toBe("partiallyRefunded");
  expect(document.effects.map(({ effect }) => effect.type)).not.toContain("payment.lookup");
});

test("lookup_readsTheOrderAsThisReleaseDoes_snapshotOfAnEarlierOne", async () => {
  const { document } = fold(paid(), [notice("n")]).live;
  const old = { ...document, snapshot: paidV1 as unknown as StoredSnapshot };
  const hand = { ...cancelOf("9", 500), cancelReason: "by hand" };
  const jobs = await lookUp(old, payment([hand]));
  // Of version 1, which kept one payment in another place, nothing could have been told.
  expect(jobs.flatMap(commandsOf)).toMatchObject([{ type: "payment.differ", data: { attempt: 1 } }]);
});

test("lookup_callsNobody_snapshotOfANewerRelease", async () => {
  const { document } = fold(paid(), [notice("n")]).live;
  const { snapshot } = document;
  const newer = { ...document, snapshot: snapshot && { ...snapshot, version: 99 } };
  expect(await lookUp(newer, payment([]))).toEqual([]);
});

test("fold_tellsEachReply_jobOfSeveralCommands", () => {
  const [first, second] = [notice("n1"), notice("n2")];
  const folded = fold(paid(), [job({ command: first, more: [second] })]);
  expect(told(folded)).toEqual(["payment.noticed"]);
  expect(folded.outcomes[0]?.outcome).toMatchObject({ more: [{ commandId: second.id, ok: true }] });
});
