import { add } from "../machines/mod.ts";
import type { ControlTotals, ReadRow } from "./ports.ts";
import { feeOf, rowKeyOf, type SettlementRow } from "./row.ts";

/** The totals of no rows. */
export const emptyTotals: ControlTotals = {
  rows: 0,
  malformed: 0,
  amount: 0,
  fee: 0,
  payOutAmount: 0,
  digest: "0".repeat(32),
};

/** The totals of one set with one more row. For many rows {@link totalsOf} is quicker. */
export const addRow = (totals: ControlTotals, row: ReadRow): ControlTotals =>
  mergeTotals(totals, totalsOf([row]));

/**
 * The totals of rows as they were read, in any order. What can't be read counts in `malformed` and in the digest only.
 * A row that comes twice counts twice. Throws MoneyError for sums beyond the safe integers.
 * @example totalsOf(await source.page("2026-11-20", 1, 5_000)).rows // 5000
 */
export const totalsOf = (read: readonly ReadRow[]): ControlTotals => {
  let [rows, malformed, amount, fee, payOutAmount] = [0, 0, 0, 0, 0];
  let [high, low] = [0n, 0n];
  for (const one of read) {
    const text = one.ok ? contentOf(one.row) : `malformed|${one.raw}`;
    high += Bun.hash.xxHash64(text, HIGH_SEED);
    low += Bun.hash.xxHash64(text, LOW_SEED);
    if (!one.ok) {
      malformed += 1;
      continue;
    }
    rows += 1;
    amount = add(amount, one.row.amount);
    fee = add(fee, feeOf(one.row));
    payOutAmount = add(payOutAmount, one.row.payOutAmount);
  }
  return { rows, malformed, amount, fee, payOutAmount, digest: hexOf((high << 64n) + low) };
};

/** The totals of two sets together. */
export const mergeTotals = (a: ControlTotals, b: ControlTotals): ControlTotals => ({
  rows: a.rows + b.rows,
  malformed: a.malformed + b.malformed,
  amount: add(a.amount, b.amount),
  fee: add(a.fee, b.fee),
  payOutAmount: add(a.payOutAmount, b.payOutAmount),
  digest: hexOf(BigInt(`0x${a.digest}`) + BigInt(`0x${b.digest}`)),
});

/** The totals of many sets together. */
export const sumOf = (many: Iterable<ControlTotals>): ControlTotals => {
  let total = emptyTotals;
  for (const one of many) total = mergeTotals(total, one);
  return total;
};

/** Whether two sets are the same rows with the same content, as far as totals can tell. */
export const sameTotals = (a: ControlTotals, b: ControlTotals): boolean =>
  a.rows === b.rows &&
  a.malformed === b.malformed &&
  a.amount === b.amount &&
  a.fee === b.fee &&
  a.payOutAmount === b.payOutAmount &&
  a.digest === b.digest;

// Two 64-bit hashes side by side. XXH64 has a fixed specification, so a checkpoint of an older Bun still compares. It
// withstands chance and not malice, which is what is asked of it: nobody gains by a collision here.
const HIGH_SEED = 0x6a756d756en;
const LOW_SEED = 0x73657474n;

const MODULO_128 = (1n << 128n) - 1n;
const hexOf = (sum: bigint): string => (sum & MODULO_128).toString(16).padStart(32, "0");

/**
 * The natural key, and everything a ledger keeps of the row: a correction of any of it must show as a change. Only
 * texts that Toss chooses stand last, where a `|` in them can't be taken for the next field.
 */
const contentOf = (row: SettlementRow): string => {
  let fees = "";
  for (const { type, fee } of row.fees) fees += `${type}:${fee},`;
  const { cancel } = row;
  const canceled = cancel ? `${cancel.canceledAt}|${cancel.amount}|${cancel.reason}` : "";
  return (
    `${rowKeyOf(row)}|${row.amount}|${row.interestFee}|${row.supplyAmount}|${row.vat}|${row.payOutAmount}|` +
    `${row.approvedAt}|${row.paidOutDate}|${row.currency}|${row.orderId}|${row.cardIssuerCode}|` +
    `${row.easyPayProvider}|${row.method}|${fees}|${canceled}`
  );
};
