import { expect, test } from "bun:test";
import { orderDigest } from "../../actors/audit/chain.ts";
import { checkOrder } from "../../actors/audit/verify/order.ts";
import type { OrderDocument } from "../../actors/document.ts";
import { type LiveOrder, reviveOrder } from "../../actors/runtime/fold.ts";
import type { StoredSnapshot } from "../../machines/mod.ts";
import orderedV1 from "../fixtures/order-snapshot-v1-ordered.json";
import { command, domain, fold, notice, ordered, paid, told } from "../runtime/fold-builders.ts";

const check = (document: OrderDocument) => checkOrder({ orderId: document.orderId, document }, [], []);

/** An order as the release before this one wrote it: no links, version 1 of the snapshot. */
const older = (): LiveOrder => {
  const { document } = ordered();
  const { placedAt, customer } = orderedV1.context;
  return reviveOrder(domain, {
    ...document,
    placedAt,
    customerId: customer.id,
    snapshot: orderedV1 as unknown as StoredSnapshot,
    history: document.history.map(({ chain: _chain, order: _order, ...entry }) => ({
      ...entry,
      data: { totalAmount: 3_000, lines: 1 },
    })),
  });
};

test("fold_chainsEachEntryAndTellsTheOrdersDigestOnce_severalEventsInOneWrite", () => {
  const { document } = fold(paid(), [notice("1"), notice("2"), notice("3")]).live;
  const [last, ...before] = document.history.toReversed();
  expect(document.history.every(({ chain }) => /^[\w-]{22}$/.test(chain ?? ""))).toBe(true);
  expect(last?.order).toBe(orderDigest(document.snapshot as StoredSnapshot));
  expect(before.slice(0, 2).map(({ order }) => order)).toEqual([undefined, undefined]);
  expect(check(document).findings).toEqual([]);
});

test("fold_leavesTheSnapshotAsItIsStored_writeWithoutAnEvent", () => {
  const before = older();
  const { live, ...folded } = fold(before, [command("early", "purchase.confirm", {})]);
  expect([folded.changed, ...told({ live, ...folded })]).toEqual([true, "ORDER_NOT_CONFIRMABLE"]);
  expect(live.document.snapshot).toEqual(orderedV1 as unknown as StoredSnapshot);
  expect(check(live.document)).toMatchObject({ findings: [], chained: 0, unchained: 1 });
});

test("fold_beginsAChain_nextEventOfAnOrderOfAnEarlierRelease", () => {
  const payment = command("pay", "payment.request", { paymentKey: "payment-key-1", amount: 3_000 });
  const { live } = fold(older(), [payment]);
  expect(live.document.snapshot?.version).toBe(2);
  expect(check(live.document)).toMatchObject({ findings: [], chained: 1, unchained: 1 });
});
