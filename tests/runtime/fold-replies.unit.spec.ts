import { expect, test } from "bun:test";
import { later } from "../../machines/mod.ts";
import { bodyOf, of, START } from "../machines/builders.ts";
import {
  command,
  fold,
  NOW,
  ordered,
  paid,
  pay,
  paying,
  place,
  RETENTION_MS,
  told,
} from "./fold-builders.ts";

const confirmTea = command("confirm", "purchase.confirm", { lines: [of("tea", 1)] });

test("fold_givesTheFirstReply_commandComesAgain", () => {
  const first = fold(ordered(), [pay]);
  const again = fold(first.live, [pay], { now: NOW + 5_000 });
  expect(again.outcomes[0]?.outcome).toEqual(
    first.outcomes[0]?.outcome ?? { status: "failed", error: "none" },
  );
  expect(again.changed).toBe(false);
  expect(again.live.document).toBe(first.live.document);
});

test("fold_givesTheFirstReply_commandTwiceInOneBatch", () => {
  const folded = fold(ordered(), [pay, pay]);
  expect(folded.outcomes[0]?.outcome).toEqual(folded.outcomes[1]?.outcome ?? { status: "stored" });
  expect(folded.live.document.replies).toHaveLength(2);
  expect(folded.live.document.effects).toHaveLength(1);
});

test("fold_repeatsTheRefusal_evenWhenTheCommandCouldSucceedByNow", () => {
  const refused = fold(paying(), [confirmTea]);
  expect(told(refused)).toEqual(["ORDER_NOT_CONFIRMABLE"]);
  const captured = fold(refused.live, [
    command("c", "payment.capture", { attempt: 1, amount: 10_000, approvedAt: "" }),
  ]);
  const again = fold(captured.live, [confirmTea]);
  expect(told(again)).toEqual(["ORDER_NOT_CONFIRMABLE"]);
  expect(again.live.snapshot?.context.lines.map(({ confirmed }) => confirmed)).toEqual([0, 0]);
  expect(told(fold(captured.live, [{ ...confirmTea, id: `${confirmTea.id}2` }]))).toEqual([
    "purchase.confirmed",
  ]);
});

test("fold_storesTheReplyAndNothingElse_refused", () => {
  const before = paying();
  const { document } = fold(before, [confirmTea], { now: NOW + 1_000 }).live;
  const { version, replies, updatedAt, ...rest } = before.document;
  expect(document).toEqual({
    ...rest,
    version: version + 1,
    updatedAt: later(updatedAt, 1_000),
    replies: [...replies, expect.objectContaining({ id: confirmTea.id, hash: confirmTea.hash })],
  });
});

test("fold_isNotFooled_sameIdWithAnotherBody", () => {
  const first = fold(paid(), [confirmTea]);
  const other = command("confirm", "purchase.confirm", { lines: [of("cup", 1)] });
  const reused = fold(first.live, [other, confirmTea]);
  expect(told(reused)).toEqual(["IDEMPOTENCY_KEY_REUSED", "purchase.confirmed"]);
  expect(reused.changed).toBe(false);
});

test("fold_knowsTheSameBody_keysInAnotherOrder", () => {
  const swapped = command("confirm", "purchase.confirm", { lines: [{ quantity: 1, productId: "tea" }] });
  expect(told(fold(fold(paid(), [confirmTea]).live, [swapped]))).toEqual(["purchase.confirmed"]);
});

test("fold_givesTheFirstReply_replyIsInTheArchive", () => {
  const { live } = fold(paid(), [confirmTea]);
  const [stored] = live.document.replies.slice(-1);
  if (!stored) throw new Error("no reply was stored");
  const trimmed = { ...live, document: { ...live.document, replies: [], archivedReplies: 4 } };
  const archivedReplies = new Map([[stored.id, stored]]);
  const again = fold(trimmed, [confirmTea], { archivedReplies });
  expect(told(again)).toEqual(["purchase.confirmed"]);
  expect(again.changed).toBe(false);
});

test("fold_remembersTheRefusal_orderIsNotThere", () => {
  const refused = fold(undefined, [pay]);
  expect(told(refused)).toEqual(["ORDER_NOT_FOUND"]);
  expect(refused.live.document).toMatchObject({
    version: 1,
    state: null,
    snapshot: null,
    dueAt: null,
    seq: 0,
  });
  const placed = fold(refused.live, [place, pay]);
  expect(told(placed)).toEqual(["order.placed", "ORDER_NOT_FOUND"]);
  expect(placed.live.document).toMatchObject({ version: 2, state: "ordered", seq: 1 });
});

test("fold_findsTheFirstOrder_placedAgainByTheSameCommand", () => {
  const again = fold(ordered(), [place]);
  expect(told(again)).toEqual(["order.placed"]);
  const other = command("another", "order.place", bodyOf({ tea: [3, 1_000] }));
  expect(told(fold(ordered(), [other]))).toEqual(["ORDER_ALREADY_EXISTS"]);
});

test("fold_refusesForGood_commandOlderThanTheRetention", () => {
  const late = { now: NOW + RETENTION_MS + 1 };
  const expired = fold(ordered(), [pay], late);
  expect(told(expired)).toEqual(["COMMAND_EXPIRED"]);
  expect(expired.live.document).toMatchObject({ state: "ordered", seq: 1, effects: [] });
  expect(told(fold(expired.live, [pay]))).toEqual(["COMMAND_EXPIRED"]);
});

test("fold_stillRuns_commandExactlyAsOldAsTheRetention", () => {
  expect(told(fold(ordered(), [pay], { now: NOW + RETENTION_MS }))).toEqual(["payment.requested"]);
});

test("fold_givesTheFirstReply_commandExpiredSince", () => {
  const again = fold(paying(), [pay], { now: NOW + 2 * RETENTION_MS });
  expect(told(again)).toEqual(["payment.requested"]);
});

test("fold_countsFromHandingIn_notFromThePlacing", () => {
  const fresh = command(
    "pay",
    "payment.request",
    { paymentKey: "k", amount: 10_000 },
    later(START, RETENTION_MS),
  );
  expect(told(fold(ordered(), [fresh], { now: NOW + RETENTION_MS + 1 }))).toEqual(["payment.requested"]);
});
