import { expect, test } from "bun:test";
import { reviveOrder } from "../../actors/runtime/fold.ts";
import { InvariantError, type OrderDomain } from "../../machines/mod.ts";
import { ORDER_ID, of, START } from "../machines/builders.ts";
import {
  capture,
  command,
  domain,
  fold,
  job,
  LEASE_MS,
  NOW,
  notice,
  ordered,
  paid,
  pay,
  paying,
  pending,
  place,
  told,
} from "./fold-builders.ts";

/** A domain with a defect in one command. */
const broken = (type: string): OrderDomain => ({
  ...domain,
  decide(order, orderId, its, findings) {
    if (its.type === type) throw new InvariantError("a defect");
    return domain.decide(order, orderId, its, findings);
  },
});

test("fold_makesOneWrite_twoCommandsOfOneOrder", () => {
  const folded = fold(undefined, [place, pay]);
  expect(told(folded)).toEqual(["order.placed", "payment.requested"]);
  expect(folded.live.document).toMatchObject({
    orderId: ORDER_ID,
    version: 1,
    state: "paying",
    customerId: "c-1",
    placedAt: START,
    seq: 2,
  });
  expect(folded.live.document.history.map(({ seq, type, from, to }) => [seq, type, from, to])).toEqual([
    [1, "order.placed", null, "ordered"],
    [2, "payment.requested", "ordered", "paying"],
  ]);
});

test("fold_letsTheFirstWin_confirmAndCancelOfTheSamePieceAtOnce", () => {
  const confirm = command("confirm", "purchase.confirm", { lines: [of("cup", 1)] });
  const cancel = command("cancel", "cancellation.request", { lines: [of("cup", 1)], reason: "r" });
  expect(told(fold(paid(), [confirm, cancel]))).toEqual(["purchase.confirmed", "ITEM_ALREADY_CONFIRMED"]);
  expect(told(fold(paid(), [cancel, confirm]))).toEqual(["cancellation.requested", "ITEM_ALREADY_CANCELING"]);
});

test("fold_paysOnce_doubleClickInOneBatch", () => {
  const second = command("click-2", "payment.request", { paymentKey: "payment-key-2", amount: 10_000 });
  const folded = fold(ordered(), [pay, second]);
  expect(told(folded)).toEqual(["payment.requested", "PAYMENT_IN_PROGRESS"]);
  expect(folded.live.document.effects.map(({ effect }) => effect.id)).toEqual(["confirm:1"]);
});

test("fold_failsOneAlone_commandThatThrows", () => {
  const folded = fold(ordered(), [notice("n"), pay, capture], { domain: broken("payment.request") });
  expect(told(folded)).toEqual(["PAYMENT_NOT_FOUND", "failed", "PAYMENT_NOT_FOUND"]);
  expect(folded.live.document).toMatchObject({ state: "ordered", seq: 1, effects: [] });
  expect(folded.live.document.replies.map(({ id }) => id)).not.toContain(pay.id);
});

test("fold_writesNothing_onlyCommandThrows", () => {
  const before = ordered();
  const folded = fold(before, [pay], { domain: broken("payment.request") });
  expect(folded.changed).toBe(false);
  expect(folded.live.document).toBe(before.document);
});

test("fold_leavesTheEffectPending_itsResultThrows", () => {
  const before = paying();
  const { since, tries } = pending(before.document, "confirm:1");
  const result = job({ command: capture, effect: { id: "confirm:1", since, tries } });
  const folded = fold(before, [result], { domain: broken("payment.capture") });
  expect(told(folded)).toEqual(["failed"]);
  expect(pending(folded.live.document, "confirm:1").tries).toBe(tries);
});

test("fold_changesNothingOfWhatItWasGiven_foldedTwice", () => {
  const before = paying();
  const stored = JSON.stringify(before.document);
  const twice = [1, 2].map(() => fold(before, [capture, notice("n")]));
  expect(twice[0]?.live.document).toEqual(twice[1]?.live.document ?? before.document);
  expect(JSON.stringify(before.document)).toBe(stored);
});

test("fold_goesOnFromTheStoredDocument_revivedFromJson", () => {
  const before = paying();
  const revived = reviveOrder(domain, JSON.parse(JSON.stringify(before.document)));
  expect(fold(revived, [capture]).live.document).toEqual(fold(before, [capture]).live.document);
});

test("fold_goesOnCounting_historyIsInTheArchive", () => {
  const before = paid();
  const folded = fold({ ...before, document: { ...before.document, history: [] } }, [notice("n")]);
  expect(folded.live.document.history.map(({ seq }) => seq)).toEqual([4]);
  expect(folded.live.document.seq).toBe(4);
});

test("fold_claimsTheKey_onlyOfAnAcceptedPayment", () => {
  expect(fold(ordered(), [pay]).claims).toEqual(["payment-key-1"]);
  expect(fold(paid(), [{ ...pay, id: `${pay.id}2` }]).claims).toEqual([]);
});

test("fold_refusesThePayment_keyBelongsToAnotherOrder", () => {
  const folded = fold(ordered(), [pay], { takenKeys: new Set(["payment-key-1"]) });
  expect(told(folded)).toEqual(["PAYMENT_KEY_IN_USE"]);
  expect(folded.claims).toEqual([]);
  expect(folded.live.document.effects).toEqual([]);
});

test("fold_storesWhenTheNextThingIsDue_earliestOfTimersAndEffects", () => {
  expect(ordered().document.dueAt).toBe(NOW + domain.policy.paymentWindowMs);
  expect(paying().document.dueAt).toBe(NOW + LEASE_MS);
  const { document } = paid();
  expect(document.dueAt).toBe(NOW + LEASE_MS); // the confirm effect is still pending here
  const { since, tries } = pending(document, "confirm:1");
  const finished = fold(paid(), [job({ effect: { id: "confirm:1", since, tries } })]);
  expect(finished.live.document.dueAt).toBe(NOW + domain.policy.autoConfirmAfterMs);
});

test("fold_marksEventsAsOut_upToWhereTheyAreKnownToBe", () => {
  expect(fold(paying(), [capture]).live.document.publishedSeq).toBe(3);
  const marked = fold(paying(), [capture], { publishedSeq: () => 1 }).live;
  expect(marked.document.publishedSeq).toBe(2); // never lower than it was
  const behind = { ...marked, document: { ...marked.document, publishedSeq: 0 } };
  expect(fold(behind, [notice("n")], { publishedSeq: () => 1 }).live.document.publishedSeq).toBe(1);
});
