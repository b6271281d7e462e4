import { expect, test } from "bun:test";
import type { EffectUpdate } from "../../actors/runtime/job.ts";
import { START } from "../machines/builders.ts";
import {
  capture,
  command,
  fold,
  job,
  LEASE_MS,
  NOW,
  notice,
  paying,
  pending,
  told,
} from "./fold-builders.ts";

const first: EffectUpdate = { id: "confirm:1", since: START, tries: 1 };
const later = { tries: 2, dueAt: NOW + 5_000, uncertain: true, lastError: "no reply" };

test("effect_waitsForItsWriter_untilItsLeaseIsOver", () => {
  expect(pending(paying().document, "confirm:1")).toMatchObject({
    keySeq: 1,
    tries: 1,
    dueAt: NOW + LEASE_MS,
    since: START,
    uncertain: false,
  });
});

test("effect_takesTheNews_atItsTry", () => {
  const folded = fold(paying(), [job({ effect: { ...first, next: later } })]);
  expect(folded.changed).toBe(true);
  expect(pending(folded.live.document, "confirm:1")).toMatchObject({ keySeq: 1, ...later });
  expect(folded.live.document.dueAt).toBe(later.dueAt);
});

test.each([0, 2])("effect_ignoresThePlan_ofTry%dWhileAtTry1", (tries) => {
  const before = paying();
  const folded = fold(before, [job({ effect: { ...first, tries, next: later } })]);
  expect(folded.changed).toBe(false);
  expect(folded.live.document).toBe(before.document);
});

test.each([0, 1, 2])("effect_ends_onTheDefiniteAnswerOfTry%d", (tries) => {
  const folded = fold(paying(), [job({ command: capture, effect: { ...first, tries } })]);
  expect(folded.live.document).toMatchObject({ state: "paid", effects: [] });
});

test.each([
  ["oneOfTheSameNameBegunAtAnotherTime", { ...first, since: "2026-11-22T01:00:00.000Z" }],
  ["anotherEffect", { ...first, id: "confirm:2" }],
])("effect_ignoresTheNews_of_%s", (_, update) => {
  const before = paying();
  for (const effect of [update, { ...update, next: later }]) {
    const folded = fold(before, [job({ effect })]);
    expect(folded.changed).toBe(false);
    expect(folded.live.document).toBe(before.document);
  }
});

test("effect_takesOnlyTheFirst_twoRunnersBringNewsOfOneTry", () => {
  const news = job({ effect: { ...first, next: later } });
  const folded = fold(paying(), [news, job({ effect: { ...first, next: { ...later, tries: 9 } } })]);
  expect(pending(folded.live.document, "confirm:1").tries).toBe(2);
});

test("effect_goes_inTheWriteThatBringsItsResult", () => {
  const folded = fold(paying(), [job({ command: capture, effect: first })]);
  expect(told(folded)).toEqual(["payment.captured"]);
  expect(folded.live.document).toMatchObject({ state: "paid", effects: [] });
});

test("effect_goes_resultWasStoredBefore", () => {
  const folded = fold(fold(paying(), [capture]).live, [job({ command: capture, effect: first })]);
  expect(told(folded)).toEqual(["payment.captured"]);
  expect(folded.live.document.effects).toEqual([]);
});

test("effect_goes_resultTellsNothingNew", () => {
  const again = { ...capture, id: `${capture.id}2` };
  const folded = fold(fold(paying(), [capture]).live, [job({ command: again, effect: first })]);
  expect(told(folded)).toEqual(["PAYMENT_ALREADY_RESOLVED"]);
  expect(folded.live.document.effects).toEqual([]);
});

test("effect_beginsAnew_askedForAgain", () => {
  const once = fold(paying(), [notice("n1")]).live;
  const { since, tries } = pending(once.document, "lookup:1");
  const twice = fold(once, [notice("n2")], { now: NOW + 1_000 }).live;
  expect(pending(twice.document, "lookup:1")).toMatchObject({ tries: 1, dueAt: NOW + 1_000 + LEASE_MS });
  // The first runner is late with its news: the newer look-up still stands.
  const late = fold(twice, [job({ effect: { id: "lookup:1", since, tries } })]);
  expect(late.changed).toBe(false);
});

test("effect_neverComesDue_waitingForAnOperator", () => {
  const folded = fold(paying(), [job({ effect: { ...first, next: { ...later, dueAt: null } } })]);
  expect(folded.live.document.effects).toHaveLength(1);
  expect(folded.live.document.dueAt).toBeNull();
});

const retry = command("retry", "effect.retry", { effectId: "confirm:1" });

test("retry_looksFirstUnderANewKey_effectWaitsForAnOperator", () => {
  const now = NOW + 90_000;
  const folded = fold(parkedConfirm(), [retry], { now });
  expect(told(folded)).toEqual(["effect.retried"]);
  expect(pending(folded.live.document, "confirm:1")).toMatchObject({
    keySeq: 2,
    tries: 1,
    uncertain: true,
    dueAt: now + LEASE_MS,
    since: new Date(now).toISOString(), // so that it is begun as a new one is, and has its days anew
  });
});

test.each([
  ["itGoesOnByItself", retry],
  ["thereIsNone", command("other", "effect.retry", { effectId: "stray:7" })],
])("retry_isRefusedAndChangesNoEffect_%s", (_, asked) => {
  const before = paying();
  const folded = fold(before, [asked]);
  expect(told(folded)).toEqual(["EFFECT_NOT_WAITING"]);
  expect(folded.live.document).toMatchObject({ seq: before.document.seq, effects: before.document.effects });
});

const parkedConfirm = () =>
  fold(paying(), [job({ effect: { ...first, next: { ...later, dueAt: null } } })]).live;

test("effect_goes_givenUpAndTheOrderLearntItsEndInAnotherWay", () => {
  expect(fold(parkedConfirm(), [notice("n")]).live.document.effects.map(({ effect }) => effect.id)).toEqual([
    "confirm:1",
    "lookup:1",
  ]);
  expect(fold(parkedConfirm(), [capture]).live.document).toMatchObject({ state: "paid", effects: [] });
});

test("effect_staysUntilItsRunnerEnds_theOrderLearntItsEndInAnotherWay", () => {
  expect(fold(paying(), [capture]).live.document.effects).toHaveLength(1);
});
