import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ReadRow } from "../../settlement/ports.ts";
import { totalsOf } from "../../settlement/totals.ts";
import { createLab, type Lab, ledgerOf } from "./poller-lab.ts";
import { DATE, read, someRow, someRows } from "./poller-rows.ts";

/** Changes the list just before the nth call is answered. */
const beforeCall = (lab: Lab, call: number, change: (rows: ReadRow[]) => void) => {
  lab.source.onCall = (now) => {
    if (now === call) change(lab.source.lists.get(DATE) ?? []);
  };
};

const ledgerIsRight = (lab: Lab) => expect(lab.ledger()).toEqual(ledgerOf(lab.source.lists.get(DATE) ?? []));

test("runDate_findsTheMissedRow_rowRemovedWhilePagesAreRead", async () => {
  const lab = createLab(someRows(1, 9));
  beforeCall(lab, 2, (rows) => rows.shift());
  const { run } = await lab.run();
  expect(lab.ledger().has("2026-11-17|jumunmock|pay-4|tx-4")).toBe(true);
  expect(run).toMatchObject({ status: "complete", passes: 3, totals: totalsOf(someRows(2, 9)) });
});

test("runDate_countsItOnceInTheEnd_rowInsertedWhilePagesAreRead", async () => {
  const lab = createLab(someRows(1, 9));
  beforeCall(lab, 2, (rows) => rows.unshift(read(someRow(0))));
  const { run } = await lab.run();
  ledgerIsRight(lab);
  expect(run).toMatchObject({ passes: 3, totals: { rows: 10 } });
});

test("runDate_findsTheMissedRow_rowMovedToTheEndSoThatTheCountIsRight", async () => {
  const lab = createLab(someRows(1, 9));
  beforeCall(lab, 2, (rows) => rows.push(...rows.splice(0, 1)));
  const { run } = await lab.run();
  ledgerIsRight(lab);
  expect(run.totals).toEqual(totalsOf(someRows(1, 9)));
});

test("runDate_producesTheCorrection_rowChangedBetweenPasses", async () => {
  const lab = createLab(someRows(1, 9));
  beforeCall(lab, 5, (rows) => rows.splice(4, 1, read(someRow(5, { payOutAmount: 1 }))));
  const { run, produced } = await lab.run();
  ledgerIsRight(lab);
  // One page once more, and no other.
  expect(produced).toBe(9 + 3);
  expect(run.passes).toBe(3);
});

test("runDate_keepsRowsAndGoesOn_pageThatShrinksBetweenCalls", async () => {
  const lab = createLab(someRows(1, 9));
  lab.source.onCall = (call, page) => (call > 4 && page === 2 ? someRows(4, 4) : undefined);
  const { run } = await lab.run();
  expect(run).toMatchObject({ status: "complete", totals: { rows: 7 } });
  expect(lab.ledger().size).toBe(9);
});

test("runDate_isComplete_sameRowsInAnotherOrderInEachPass", async () => {
  const lab = createLab(someRows(1, 9));
  lab.source.onCall = (call) => {
    if (call % 4 === 1) lab.source.lists.get(DATE)?.reverse();
  };
  const { run } = await lab.run();
  expect(run).toMatchObject({ status: "complete", passes: 2 });
  ledgerIsRight(lab);
});

test("runDate_countsWhatTossServes_rowTwiceInEveryPass", async () => {
  const lab = createLab([...someRows(1, 3), read(someRow(3)), ...someRows(4, 6)]);
  const { run } = await lab.run();
  expect(run).toMatchObject({ status: "complete", totals: { rows: 7 } });
  expect(lab.ledger()).toEqual(ledgerOf(someRows(1, 6)));
});

test("runDate_forgetsPages_listBecameShorter", async () => {
  const lab = createLab(someRows(1, 9));
  beforeCall(lab, 5, (rows) => rows.splice(4));
  await lab.run();
  expect(await lab.store.pages(DATE)).toHaveLength(2);
  expect(lab.ledger().size).toBe(9);
});

test("runDate_doesNotBelieveAHole_pageEmptyAndALaterOneNot", async () => {
  const lab = createLab(someRows(1, 12));
  // Both of the first passes see the same hole: they agree with each other, and yet prove nothing.
  lab.source.onCall = (call, page) => (call <= 10 && page === 2 ? [] : undefined);
  const { run } = await lab.run({ concurrency: 4 });
  ledgerIsRight(lab);
  expect(run).toMatchObject({ status: "complete", totals: { rows: 12 } });
});

test("runDate_rowsUnstable_rowsThatNeverStopChanging", async () => {
  const lab = createLab(someRows(1, 5));
  lab.source.onCall = (call) => {
    lab.source.lists.get(DATE)?.splice(0, 1, read(someRow(1, { amount: call })));
  };
  await expect(lab.run({ maxPasses: 4 })).rejects.toMatchObject({ code: "ROWS_UNSTABLE", retryable: true });
  expect(await lab.store.run(DATE)).toMatchObject({ status: "mismatch", passes: 4 });
  expect(lab.source.calls.filter(({ page }) => page === 1)).toHaveLength(4);
});

test("runDate_isComplete_calledAgainOnceTheRowsStandStill", async () => {
  const lab = createLab(someRows(1, 5));
  lab.source.onCall = (call) => {
    lab.source.lists.get(DATE)?.splice(0, 1, read(someRow(1, { amount: call })));
  };
  await lab.run({ maxPasses: 2 }).catch(() => {});
  lab.source.onCall = () => {};
  const { run } = await lab.run();
  expect(run.status).toBe("complete");
  ledgerIsRight(lab);
});

test("ledger_holdsTheCorrection_rowThatMovedAndChangedBetweenPagesReadAtOnce", async () => {
  const lab = createLab(someRows(1, 6));
  const list = lab.source.lists.get(DATE) ?? [];
  const corrected = read(someRow(3, { payOutAmount: 1 }));
  lab.source.onCall = async (call, page) => {
    if (call === 2) list.splice(0, 3, read(someRow(0)), read(someRow(1)), read(someRow(2)), corrected);
    const answer = call === 1 ? someRows(1, 3) : list.slice((page - 1) * 3, page * 3);
    // Page 1 was cut before row 3 moved to page 2 and changed, and arrives after it: the old row is produced last, and
    // page 2 never differs from its checkpoint.
    if (call === 1) await Bun.sleep(20);
    return answer;
  };
  await lab.run({ concurrency: 2 });
  expect(lab.rows().filter(({ transactionKey }) => transactionKey === "tx-3")).not.toHaveLength(1);
  ledgerIsRight(lab);
});

/** Something that happens to the list before one of the calls. */
interface Move {
  readonly call: number;
  readonly kind: "insert" | "remove" | "toEnd" | "toTop" | "change" | "swap";
  readonly at: number;
}

const anyMove: fc.Arbitrary<Move> = fc.record({
  call: fc.nat({ max: 25 }),
  kind: fc.constantFrom("insert", "remove", "toEnd", "toTop", "change", "swap"),
  at: fc.nat({ max: 14 }),
});

const apply = (rows: ReadRow[], { kind, at, call }: Move): void => {
  const index = at % Math.max(1, rows.length);
  const [row] = rows.slice(index, index + 1);
  if (kind === "insert") rows.splice(index, 0, read(someRow(100 + call * 20 + at)));
  else if (!row?.ok) return;
  else if (kind === "change") rows[index] = read({ ...row.row, payOutAmount: call * 1_000 + at });
  else rows.splice(index, 1);
  if (!row?.ok) return;
  if (kind === "toEnd") rows.push(row);
  if (kind === "toTop") rows.unshift(row);
  if (kind === "swap") rows.splice((index + 1) % (rows.length + 1), 0, row);
};

test("ledger_holdsTheLastVersionOfEveryRow_anyMovesWhileItWasReadByAnyNumberAtOnce", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyMove, { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 7 }),
      async (moves, concurrency, delays) => {
        const lab = createLab(someRows(1, 11));
        const list = lab.source.lists.get(DATE) ?? [];
        lab.source.onCall = async (call, page) => {
          for (const move of moves) if (move.call === call) apply(list, move);
          const answer = list.slice((page - 1) * 3, page * 3);
          // Answers overtake each other.
          for (let turn = delays[call % delays.length] ?? 0; turn > 0; turn -= 1) await Bun.sleep(0);
          return answer;
        };
        // What changes after it was read last can't be seen by that run: the date is polled again, as the window does.
        await lab.run({ concurrency, maxPasses: 40 });
        lab.source.onCall = () => {};
        const { run } = await lab.run({ concurrency });
        const rowsNow = ledgerOf(list);
        const ledger = lab.ledger();
        for (const [key, row] of rowsNow) expect(ledger.get(key)).toEqual(row);
        expect(run.totals).toEqual(totalsOf(list));
      },
    ),
    { numRuns: 150 },
  );
});
