import type { KstDate } from "../../../machines/mod.ts";
import type { Method } from "../payments/payment.ts";
import { feeOf, ratesOf } from "./fees.ts";

/** A stretch of rows by formula: row `index` is what this and the index say, and nothing else. */
export interface Plan {
  readonly mId: string;
  readonly rows: number;
  /** Oldest first; each has an equal share of the rows, in order. */
  readonly soldDates: readonly KstDate[];
  readonly paidOutDate: KstDate;
  readonly seed: number;
  /** Of dates and seed: eight hex digits that all keys of these rows hold. */
  readonly tag: number;
}

/** The numbers of one row. Amounts are whole KRW, above zero on the rows of cancels too. */
export interface Facts {
  readonly index: number;
  /** The row of the approval: itself, or the one that this row cancels. */
  readonly approval: number;
  readonly isCancel: boolean;
  /** What was approved. */
  readonly approved: number;
  /** What this row is about: all of it, or on a cancel perhaps a part. */
  readonly amount: number;
  readonly method: Method;
  readonly issuerCode: string;
  readonly months: number;
  readonly baseFee: number;
  readonly etcFee: number;
  /** For what else differs from row to row. */
  readonly noise: number;
}

/** Every 33rd row cancels one of the 32 before it, so about 3 % do and each approval is cancelled once at most. */
const GROUP = 33;

export const planOf = (given: Omit<Plan, "tag">): Plan => ({
  ...given,
  tag: textHash(`${given.mId}|${given.paidOutDate}|${given.soldDates.join()}|${given.seed}`),
});

export function factsOf({ tag }: Plan, index: number): Facts {
  const isCancel = index % GROUP === GROUP - 1;
  const own = mix(tag ^ Math.imul(index, 0x9e3779b1));
  const approval = isCancel ? index - 1 - (own % (GROUP - 1)) : index;
  const first = isCancel ? mix(tag ^ Math.imul(approval, 0x9e3779b1)) : own;
  const second = mix(first ^ 0x85ebca6b);

  const method = methodOf(first % 100);
  const approved = amountOf(second);
  // Seven cancels of ten are whole; the others give half back.
  const amount = isCancel && own % 10 >= 7 ? Math.floor(approved / 2) : approved;
  const { base, etc } = ratesOf[method];
  return {
    index,
    approval,
    isCancel,
    approved,
    amount,
    method,
    issuerCode: issuers[(second >>> 8) % issuers.length] ?? "61",
    months: approved >= 50_000 && first % 11 === 0 ? 2 + (second % 11) : 0,
    baseFee: feeOf(amount, base),
    etcFee: feeOf(amount, etc),
    noise: mix(own ^ 0xc2b2ae35),
  };
}

/** The first index of the `day`th sold date. */
export const startOfDay = ({ rows, soldDates }: Plan, day: number): number =>
  Math.floor((day * rows) / soldDates.length);

/** When row `index` was sold: which of the sold dates, and the second of that day. Never falls as the index rises. */
export function momentOf(plan: Plan, index: number): { readonly day: number; readonly second: number } {
  let day = 0;
  while (day + 1 < plan.soldDates.length && index >= startOfDay(plan, day + 1)) day += 1;
  const start = startOfDay(plan, day);
  const count = startOfDay(plan, day + 1) - start;
  return { day, second: Math.floor(((index - start) * 86_400) / count) };
}

/** Card companies as often as they come up in a shop: 현대 61, 신한 41, 삼성 51, KB국민 11, BC 31, 롯데 71, NH농협 91, … */
const issuers = "61 61 61 41 41 41 41 51 51 51 11 11 11 11 31 31 71 71 91 91 21 15 24 3K 3A W1".split(" ");

const methodOf = (percent: number): Method =>
  percent < 74 ? "카드" : percent < 92 ? "간편결제" : percent < 98 ? "계좌이체" : "가상계좌";

/** Many small sales, a few large ones: 5,000 to 3 million KRW. */
const amountOf = (hash: number): number => {
  const step = hash >>> 7;
  const percent = hash % 100;
  if (percent < 55) return 5_000 + (step % 450) * 100;
  if (percent < 87) return 50_000 + (step % 1_000) * 100;
  if (percent < 98) return 150_000 + (step % 850) * 1_000;
  return 1_000_000 + (step % 201) * 10_000;
};

/** Spreads 32 bits over 32 bits: multiply and shift, twice. */
export const mix = (value: number): number => {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
};

const textHash = (text: string): number => {
  let hash = 0;
  for (const char of text) hash = mix(hash ^ (char.codePointAt(0) ?? 0));
  return hash;
};
