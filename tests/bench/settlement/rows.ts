/** Rows by formula, any number of them: real ones of the mock, read as the poller reads them, with keys of their own. */
import type { KstDate } from "../../../machines/mod.ts";
import type { ReadRow, SettlementSource } from "../../../settlement/ports.ts";
import type { SettlementRow } from "../../../settlement/row.ts";
import { readRow } from "../../../settlement/toss/read-row.ts";
import { planOf } from "../../toss/settlements/formula.ts";
import { settlementText } from "../../toss/settlements/formula-text.ts";

export const SOLD_DATE: KstDate = "2026-11-17";
export const PAID_OUT_DATE: KstDate = "2026-11-20";

/** So many different ones there are; about 3 % are cancels. */
const MODELS = 5_000;

/** Toss' answer about one row, as text of JSON. */
export const rowText = (index: number): string => settlementText(plan, index);

const plan = planOf({
  mId: "jumunmock",
  rows: MODELS,
  soldDates: [SOLD_DATE],
  paidOutDate: PAID_OUT_DATE,
  seed: 1,
});

const models: readonly SettlementRow[] = Array.from({ length: MODELS }, (_, index) => {
  const read = readRow(JSON.parse(rowText(index)), PAID_OUT_DATE);
  if (!read.ok) throw new Error(`a row of the mock can't be read: ${read.reason}`);
  return read.row;
});

/**
 * The row of this index of a day. Its keys are as long as real ones and rise with the index, as those of a shop's
 * payments rise with the time. Day 0 was sold on SOLD_DATE; all are paid out on PAID_OUT_DATE.
 */
export const rowAt = (index: number, day = 0): SettlementRow => {
  const model = models[index % MODELS];
  if (!model) throw new RangeError(`There is no row ${index}.`);
  const soldDate = dayAfter(day);
  const number = String(index).padStart(14, "0");
  return {
    ...model,
    paymentKey: `jumun${soldDate.replaceAll("-", "")}${number}${model.transactionKey.slice(0, 8)}`,
    transactionKey: model.transactionKey.slice(0, 18) + number,
    orderId: `order-${model.transactionKey.slice(0, 8)}-${index}`,
    soldDate,
  };
};

const days = new Map<number, KstDate>();

const dayAfter = (day: number): KstDate => {
  const known = days.get(day);
  if (known) return known;
  const date = new Date(Date.parse(SOLD_DATE) + day * 24 * 60 * 60_000).toISOString().slice(0, 10);
  days.set(day, date);
  return date;
};

/** So many rows of one day, with no HTTP and no JSON in between. */
export const formulaSource = (rows: number): SettlementSource => ({
  async page(_, page, size) {
    const from = (page - 1) * size;
    const count = Math.max(0, Math.min(size, rows - from));
    return Array.from({ length: count }, (_, index): ReadRow => ({ ok: true, row: rowAt(from + index) }));
  },
  transactions() {
    throw new Error("this bench verifies by passes");
  },
});
