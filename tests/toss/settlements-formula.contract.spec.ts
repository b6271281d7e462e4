import { expect, test } from "bun:test";
import { mockForSpec } from "./harness.ts";
import { allPages, keysOf, ofDay, settlements } from "./settlements-harness.ts";

/** A Wednesday: what is sold from Friday to Sunday is paid out on it. */
const wednesday = "2026-11-25";
const weekend = ["2026-11-20", "2026-11-21", "2026-11-22"];

test("generate_givesEveryRowOnce_pagesUntilTheEmptyOne", async () => {
  const mock = await mockForSpec();
  mock.settlements.generate({ paidOutDate: wednesday, rows: 12_345 });
  const pages = await allPages(mock, wednesday, 5_000);
  const rows = pages.flat();
  expect(pages.map(({ length }) => length)).toEqual([5_000, 5_000, 2_345]);
  expect(new Set(keysOf(rows)).size).toBe(12_345);
  expect((await ofDay(mock, wednesday, { page: 4, size: 5_000 })).text).toBe("[]");

  const sum = (value: (row: (typeof rows)[number]) => number) =>
    rows.reduce((total, row) => total + value(row), 0);
  expect(mock.settlements.totals({ paidOutDate: wednesday })).toEqual({
    rows: 12_345,
    cancels: rows.filter(({ cancel }) => cancel !== null).length,
    amount: sum(({ amount }) => amount),
    fee: sum(({ fee }) => fee),
    payOutAmount: sum(({ payOutAmount }) => payOutAmount),
  });
});

test("generate_makesRowsThatAddUp_cancelsOfEarlierApprovals", async () => {
  const mock = await mockForSpec();
  const made = mock.settlements.generate({ paidOutDate: wednesday, rows: 3_300 });
  const rows = [...mock.settlements.rows({ paidOutDate: wednesday })];
  const approvals = new Map(rows.filter(({ cancel }) => cancel === null).map((row) => [row.paymentKey, row]));
  const cancels = rows.filter(({ cancel }) => cancel !== null);
  expect([approvals.size, cancels.length]).toEqual([3_200, 100]);
  for (const row of rows) {
    expect(row.fees.reduce((total, { fee }) => total + fee, 0)).toBe(row.fee);
    expect(row.supplyAmount + row.vat).toBe(row.fee);
    expect(row.payOutAmount).toBe(row.amount - row.fee);
  }
  for (const row of cancels) {
    const approval = approvals.get(row.paymentKey);
    expect(row.amount).toBeLessThan(0);
    expect(row).toMatchObject({
      orderId: approval?.orderId ?? "none",
      method: approval?.method ?? "카드",
      approvedAt: approval?.approvedAt ?? "none",
      cancel: { transactionKey: row.transactionKey, cancelAmount: -row.amount },
    });
    expect(row.amount + (row.cancel?.refundableAmount ?? 0) * -1).toBe(-(approval?.amount ?? 0));
  }
  expect(new Set(cancels.map(({ paymentKey }) => paymentKey)).size).toBe(100);
  expect(made.row(17)).toEqual(rows[17] ?? made.row(0));
  expect(() => made.row(3_300)).toThrow(RangeError);
});

test("generate_mixesMethodsAndCardCompanies_asAShopDoes", async () => {
  const mock = await mockForSpec();
  mock.settlements.generate({ paidOutDate: wednesday, rows: 5_000 });
  const rows = [...mock.settlements.rows({ paidOutDate: wednesday })];
  const share = (method: string) => rows.filter((row) => row.method === method).length / rows.length;
  expect(share("카드")).toBeCloseTo(0.74, 1);
  expect(share("간편결제")).toBeCloseTo(0.18, 1);
  expect(share("계좌이체") + share("가상계좌")).toBeGreaterThan(0.04);
  expect(new Set(rows.map(({ card }) => card?.issuerCode)).size).toBeGreaterThan(10);
});

test("generate_spreadsOverTheSoldDates_threeDaysBeforeAWednesday", async () => {
  const mock = await mockForSpec();
  expect(mock.settlements.generate({ paidOutDate: wednesday, rows: 1_000 }).soldDates).toEqual(weekend);
  const counts = [];
  for (const date of weekend) {
    const { rows } = await settlements(mock, { startDate: date, endDate: date, size: 5_000 });
    expect(new Set(rows.map(({ soldDate, paidOutDate }) => `${soldDate} ${paidOutDate}`))).toEqual(
      new Set([`${date} ${wednesday}`]),
    );
    counts.push(rows.length);
  }
  expect(counts).toEqual([333, 333, 334]);
  const whole = await settlements(mock, { startDate: "2026-11-01", endDate: "2026-11-30", size: 5_000 });
  expect(whole.rows).toEqual([...mock.settlements.rows({ paidOutDate: wednesday })]);
});

test("generate_makesTheSameRows_onAnotherMock", async () => {
  const [one, other] = [await mockForSpec(), await mockForSpec()];
  for (const mock of [one, other]) {
    mock.settlements.generate({ soldDate: "2026-11-23", rows: 50 });
    mock.settlements.generate({ soldDate: "2026-11-23", rows: 50 });
  }
  const text = async (mock: typeof one) => (await ofDay(mock, "2026-11-26")).text;
  expect(await text(one)).toBe(await text(other));
  expect(new Set(keysOf((await ofDay(one, "2026-11-26")).rows)).size).toBe(100);
});

test("generate_throwsAndAddsNothing_badRequests", async () => {
  const mock = await mockForSpec();
  const { generate, totals } = mock.settlements;
  expect(() => generate({ paidOutDate: "2026-11-21", rows: 1 })).toThrow(
    "No day's sales are paid out on 2026-11-21",
  );
  expect(() => generate({ rows: 1 })).toThrow("Say soldDate, paidOutDate, or both");
  generate({ paidOutDate: wednesday, rows: 1, seed: 9 });
  expect(() => generate({ paidOutDate: wednesday, rows: 1, seed: 9 })).toThrow("are there already");
  expect(totals({ paidOutDate: wednesday }).rows).toBe(1);
  // Both dates given is taken as it is.
  generate({ paidOutDate: "2026-11-21", soldDate: "2026-11-20", rows: 2 });
  expect(totals({ paidOutDate: "2026-11-21" }).rows).toBe(2);
});

test("generate_keepsNothingInMemory_aHundredMillionRows", async () => {
  const mock = await mockForSpec();
  mock.settlements.generate({ paidOutDate: wednesday, rows: 100_000_000 });
  const last = await ofDay(mock, wednesday, { page: 20_000, size: 5_000 });
  expect(last.rows).toHaveLength(5_000);
  expect(last.rows.at(-1)?.soldDate).toBe("2026-11-22");
  expect((await ofDay(mock, wednesday, { page: 20_001, size: 5_000 })).text).toBe("[]");
});
