import type { Method } from "../payments/payment.ts";
import type { FeeType } from "./settlement.ts";

/** What the provider keeps of one transaction, whole KRW with VAT, split into its types. */
export type Fees = readonly { readonly type: FeeType; readonly fee: number }[];

/** Contract rates in hundredths of a percent: 205 is 2.05 %, the rate that published card rows show. */
export interface Rates {
  readonly base: number;
  /** What else is kept of each sale, such as a wallet's share. */
  readonly etc: number;
}

export const ratesOf: Readonly<Record<Method, Rates>> = {
  카드: { base: 205, etc: 0 },
  간편결제: { base: 205, etc: 20 },
  계좌이체: { base: 180, etc: 0 },
  가상계좌: { base: 160, etc: 0 },
};

/**
 * `floor(amount × rate × 1.1)`, in whole numbers so that no binary fraction decides about a won. It fits the published
 * rows: 53030 at 2.05 % is 1195.
 */
export const feeOf = (amount: number, rate: number): number => Math.floor((amount * rate * 11) / 100_000);

/** The fees of a sale of `amount`, which is above zero. */
export const feesOf = (amount: number, { base, etc }: Rates): Fees => [
  { type: "BASE", fee: feeOf(amount, base) },
  { type: "ETC", fee: feeOf(amount, etc) },
];

/** What a cancel gives back: the fees of as much as was cancelled, below zero. */
export const givenBack = (fees: Fees): Fees => fees.map(({ type, fee }) => ({ type, fee: 0 - fee }));

/** The fee without its VAT: `round(fee / 1.1)` away from zero, as in every published row. The rest is the VAT. */
export const supplyOf = (fee: number): number => Math.sign(fee) * Math.round((Math.abs(fee) * 10) / 11) + 0;
