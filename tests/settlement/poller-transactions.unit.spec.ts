import { expect, test } from "bun:test";
import fc from "fast-check";
import { compareKeys, createKeyTally, holdable } from "../../settlement/poller/key-tally.ts";
import type { SourceTransaction } from "../../settlement/ports.ts";
import { createLab, type Lab } from "./poller-lab.ts";
import { DATE, read, SOLD_DATE, someRow, someRows } from "./poller-rows.ts";

const someTransaction = (n: number, amount = 10_000 + n): SourceTransaction => ({
  transactionKey: `tx-${n}`,
  paymentKey: `pay-${n}`,
  orderId: `order-${n}`,
  amount,
  transactionAt: "2026-11-17T01:02:03.000Z",
});

const labOf = (rows: Parameters<typeof createLab>[0], transactions: SourceTransaction[]): Lab => {
  const lab = createLab(rows);
  lab.source.transactionsOf.set(SOLD_DATE, transactions);
  return lab;
};

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const transactions = (from: number, to: number) => numbers(from, to).map((n) => someTransaction(n));

const byTransactions = { verify: "transactions" as const, soldDatesOf: () => [SOLD_DATE] };

test("runDate_isCompleteAfterOnePass_rowsAreTheTransactions", async () => {
  const lab = labOf(someRows(1, 10), transactions(1, 10));
  const { run } = await lab.run(byTransactions);
  expect(run).toMatchObject({ status: "complete", passes: 1 });
  expect(lab.rows()).toHaveLength(10);
});

test("runDate_isCompleteAtOnce_neitherRowsNorTransactions", async () => {
  expect((await labOf([], []).run(byTransactions)).run).toMatchObject({ status: "complete", passes: 1 });
});

test("runDate_readsOnceMore_rowMissedWhilePagesMoved", async () => {
  const lab = labOf(someRows(1, 9), transactions(1, 9));
  lab.source.onCall = (call) => {
    const list = lab.source.lists.get(DATE);
    if (call === 2) list?.push(...list.splice(0, 1));
  };
  const { run } = await lab.run(byTransactions);
  expect(run).toMatchObject({ status: "complete", passes: 2 });
  expect(lab.ledger().size).toBe(9);
});

test("runDate_isComplete_rowTwiceInEveryPass", async () => {
  const lab = labOf([...someRows(1, 3), read(someRow(3)), ...someRows(4, 6)], transactions(1, 6));
  expect((await lab.run(byTransactions)).run).toMatchObject({ status: "complete", passes: 2 });
});

test("runDate_countMismatch_transactionWithoutRow", async () => {
  const lab = labOf(someRows(1, 5), transactions(1, 6));
  await expect(lab.run(byTransactions)).rejects.toMatchObject({
    code: "COUNT_MISMATCH",
    retryable: false,
    message: expect.stringContaining("tx-6"),
  });
  expect(await lab.store.run(DATE)).toMatchObject({ status: "mismatch" });
  expect(lab.ledger().size).toBe(5);
});

test("runDate_countMismatch_rowThatIsNoTransaction", async () => {
  const lab = labOf(someRows(1, 6), transactions(1, 5));
  const failed = lab.run(byTransactions);
  await expect(failed).rejects.toMatchObject({
    code: "COUNT_MISMATCH",
    message: expect.stringContaining("tx-6"),
  });
});

test("runDate_countMismatch_sameNumberAndOtherKeys", async () => {
  const lab = labOf(someRows(1, 5), [...transactions(1, 4), someTransaction(9)]);
  await expect(lab.run(byTransactions)).rejects.toMatchObject({ code: "COUNT_MISMATCH" });
});

test("runDate_countMismatch_emptyRowsThoughThereAreTransactions", async () => {
  await expect(labOf([], transactions(1, 2)).run(byTransactions)).rejects.toMatchObject({
    code: "COUNT_MISMATCH",
  });
});

test("runDate_isComplete_afterAMismatchOnceTheLateRowIsThere", async () => {
  const lab = labOf(someRows(1, 5), transactions(1, 6));
  await lab.run(byTransactions).catch(() => {});
  lab.source.lists.get(DATE)?.push(read(someRow(6)));
  expect((await lab.run(byTransactions)).run.status).toBe("complete");
  expect(lab.ledger().size).toBe(6);
});

test("runDate_doesNotCountThem_transactionsThatMovedNothing", async () => {
  const lab = labOf(someRows(1, 3), [...transactions(1, 3), someTransaction(4, 0)]);
  expect((await lab.run(byTransactions)).run.status).toBe("complete");
});

test("runDate_doesNotCountThem_rowsSoldOnOtherDays", async () => {
  const lab = labOf([...someRows(1, 3), read(someRow(4, { soldDate: "2026-11-10" }))], transactions(1, 3));
  expect((await lab.run(byTransactions)).run).toMatchObject({ status: "complete", totals: { rows: 4 } });
});

test("runDate_readsAWholePass_firstOneContinuedFromCheckpoints", async () => {
  const lab = labOf(someRows(1, 10), transactions(1, 10));
  lab.source.onCall = (call) => {
    if (call === 3) throw new Error("killed");
  };
  await lab.run(byTransactions).catch(() => {});
  lab.source.onCall = () => {};
  expect((await lab.run(byTransactions)).run).toMatchObject({ status: "complete", passes: 2 });
  expect(lab.rows()).toHaveLength(10);
});

test("compareKeys_findsWhatDiffers_anySetsWithKeysTwice", () => {
  const anyKeys = fc.array(fc.nat({ max: 30 }).map((n) => `key-${n}`));
  fc.assert(
    fc.property(anyKeys, anyKeys, (rowKeys, listKeys) => {
      const tally = (keys: string[], watched: ReadonlySet<number>) => {
        const made = createKeyTally(watched);
        for (const key of keys) made.add(key);
        return made;
      };
      const none = new Set<number>();
      const first = compareKeys(tally(rowKeys, none), tally(listKeys, none));
      const watched = holdable(first.suspects, tally(rowKeys, none), tally(listKeys, none));
      const { suspects, missing, unexpected } = compareKeys(
        tally(rowKeys, watched),
        tally(listKeys, watched),
      );
      const [rows, list] = [new Set(rowKeys), new Set(listKeys)];
      expect(suspects.size).toBe(0);
      expect([...missing].sort()).toEqual([...list].filter((key) => !rows.has(key)).sort());
      expect([...unexpected].sort()).toEqual([...rows].filter((key) => !list.has(key)).sort());
    }),
  );
});

test("createKeyTally_takesNoMoreMemory_aMillionKeys", () => {
  const rows = createKeyTally(new Set());
  const list = createKeyTally(new Set());
  Bun.gc(true);
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 1_000_000; n += 1) rows.add(`tx-${n}`);
  for (let n = 999_999; n >= 0; n -= 1) list.add(`tx-${n}`);
  Bun.gc(true);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
  expect(compareKeys(rows, list).suspects.size).toBe(0);
  list.add("tx-one-more");
  expect(compareKeys(rows, list).suspects.size).toBe(1);
});
