import { expect, test } from "bun:test";
import fc from "fast-check";
import { addDays, type KstDate } from "../../machines/mod.ts";
import type { Reconciliation } from "../../settlement/ports.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { someRow } from "./ledgers-fixtures.ts";
import { createShop, found, noon, type Shop } from "./reconcile-shop.ts";

const FIRST = "2026-11-09";
/** Long after all that a random shop sells is paid out. */
const DATES = Array.from({ length: 25 }, (_, index) => addDays(FIRST, index));

const sale = fc.record({
  kind: fc.constantFrom("bought", "bought", "bought", "stray", "strayKept"),
  day: fc.nat(9),
  minute: fc.nat(600),
  pieces: fc.integer({ min: 1, max: 9 }),
  keyless: fc.boolean(),
  /** Days later, and pieces; what is more than there is is left out. */
  refunds: fc.array(fc.record({ after: fc.nat(5), pieces: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 3,
  }),
});
type Sale = typeof sale extends fc.Arbitrary<infer T> ? T : never;

const sell = async (shop: Shop, { kind, day, minute, pieces, keyless, refunds }: Sale): Promise<void> => {
  const date = addDays(FIRST, day);
  const at = noon(date, minute - 300);
  if (kind !== "bought") {
    const back = noon(addDays(date, refunds[0]?.after ?? 0), minute - 200);
    await shop.stray(at, pieces, kind === "stray" ? back : undefined, { keyless });
    return;
  }
  const orderId = await shop.buy(at, pieces, { keyless });
  let left = pieces;
  const inTime = refunds.toSorted((a, b) => a.after - b.after);
  for (const [index, refund] of inTime.entries()) {
    if (refund.pieces > left) continue;
    left -= refund.pieces;
    await shop.refund(orderId, refund.pieces, noon(addDays(date, refund.after), minute - 200 + index));
  }
};

const withShop = async (sales: readonly Sale[], act: (shop: Shop) => Promise<void>): Promise<void> => {
  const shop = await createShop();
  try {
    for (const one of sales) await sell(shop, one);
    await act(shop);
  } finally {
    await shop.dispose();
  }
};

/** What was found on each day that is not clean. */
const unclean = async (shop: Shop): Promise<Record<KstDate, Partial<Reconciliation["counts"]>>> => {
  const reports = await Promise.all(DATES.map((date) => shop.reconcile(date)));
  return Object.fromEntries(
    reports
      .filter(({ clean }) => !clean)
      .map((report) => {
        const { matched: _, notYetDue: __, ...wrong } = found(report);
        return [report.date, wrong];
      }),
  );
};

const sales = fc.array(sale, { minLength: 1, maxLength: 6 });
const SEEDED = { numRuns: 40, seed: 20_261_120 };

test("reconcile_isCleanAndCountsEachOnce_anyShop", async () => {
  await fc.assert(
    fc.asyncProperty(sales, async (its) =>
      withShop(its, async (shop) => {
        const rows = shop.rows();
        await shop.settle(rows);
        let matched = 0;
        for (const date of DATES) {
          const report = await shop.reconcile(date);
          expect(report).toMatchObject({ clean: true, tossAmount: report.ourAmount, findings: [] });
          const waiting = rows.filter((row) => row.soldDate <= date && row.paidOutDate > date);
          expect(report.counts.notYetDue).toBe(waiting.length);
          matched += report.counts.matched;
        }
        expect(matched).toBe(rows.length);
      }),
    ),
    SEEDED,
  );
}, 120_000);

/** How one row can be wrong, and on which days that must show. */
const defects: Readonly<
  Record<
    string,
    (row: SettlementRow) => {
      rows: readonly SettlementRow[];
      shows: Record<KstDate, Partial<Reconciliation["counts"]>>;
    }
  >
> = {
  missing: (row) => ({ rows: [], shows: { [row.paidOutDate]: { missingAtToss: 1 } } }),
  fee: (row) => ({
    rows: [{ ...row, supplyAmount: row.supplyAmount + 1 }],
    shows: { [row.paidOutDate]: { feeMismatch: 1 } },
  }),
  payOut: (row) => ({
    rows: [{ ...row, payOutAmount: row.payOutAmount + 1 }],
    shows: { [row.paidOutDate]: { payOutMismatch: 1 } },
  }),
  anotherOrders: (row) => ({
    rows: [{ ...row, orderId: "order-unknown" }],
    shows: { [row.paidOutDate]: { missingHere: 1 } },
  }),
  oneTooMany: (row) => ({
    rows: [row, someRow({ paidOutDate: row.paidOutDate, soldDate: row.soldDate })],
    shows: { [row.paidOutDate]: { missingHere: 1 } },
  }),
  twice: (row) => ({
    rows: [row, { ...row, soldDate: addDays(row.soldDate, 40), paidOutDate: row.paidOutDate }],
    shows: { [row.paidOutDate]: { missingHere: 1 } },
  }),
};

const findsIt = async (
  plant: (typeof defects)[string],
  change: (one: Sale) => Sale = (one) => one,
): Promise<void> => {
  let planted = 0;
  await fc.assert(
    fc.asyncProperty(sales, fc.nat(), async (its, pick) =>
      withShop(its.map(change), async (shop) => {
        const rows = shop.rows();
        const row = rows[pick % rows.length];
        if (!row) return;
        const { rows: wrong, shows } = plant(row);
        await shop.settle([...rows.filter((one) => one !== row), ...wrong]);
        expect(await unclean(shop)).toEqual(shows);
        planted += 1;
      }),
    ),
    { ...SEEDED, numRuns: 12 },
  );
  expect(planted).toBe(12);
};

test.each(Object.entries(defects))(
  "reconcile_findsTheOneDefect_%s",
  async (_, plant) => {
    await findsIt(plant);
  },
  120_000,
);

/** Of transactions whose keys we know: without one, another amount is another transaction. */
const keyedDefects: typeof defects = {
  amount: (row) => {
    const { amount, fees, supplyAmount, vat, payOutAmount } = someRow({ amount: row.amount * 2 });
    return {
      rows: [{ ...row, amount, fees, supplyAmount, vat, payOutAmount }],
      shows: { [row.paidOutDate]: { amountMismatch: 1 } },
    };
  },
  anotherKey: (row) => ({
    rows: [{ ...row, transactionKey: "other" }],
    shows: { [row.paidOutDate]: { missingHere: 1, missingAtToss: 1 } },
  }),
};

test.each(Object.entries(keyedDefects))(
  "reconcile_findsTheOneDefect_%s",
  async (_, plant) => {
    await findsIt(plant, (one) => ({ ...one, keyless: false }));
  },
  120_000,
);
