import { type Static, Type } from "@sinclair/typebox";
import { KstDate } from "../../../machines/mod.ts";
import type { Quirk } from "./quirks.ts";
import type { Settlement } from "./settlement.ts";

/**
 * Rows to make by formula. With `soldDate` all are sold on that day; with `paidOutDate` they are spread over the days
 * whose sales are paid out on it; with both, just that. About one in 33 is a cancel.
 */
export const GenerateRequest = Type.Object(
  {
    soldDate: Type.Optional(KstDate),
    paidOutDate: Type.Optional(KstDate),
    rows: Type.Integer({ minimum: 0, maximum: 2_000_000_000 }),
    /** Another seed, other rows. By default the number of earlier calls, so that no two calls make the same. */
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff })),
  },
  { additionalProperties: false },
);
export type GenerateRequest = Static<typeof GenerateRequest>;

/** Rows made by formula: nothing of them is kept in memory. */
export interface GeneratedRows {
  readonly rows: number;
  /** Oldest first. */
  readonly soldDates: readonly KstDate[];
  readonly paidOutDate: KstDate;
  readonly seed: number;
  /** @throws RangeError when there is no such row */
  row(index: number): Settlement;
}

/** The day that a question is about: of sale, or of payment. */
export type OfDay = { readonly soldDate: KstDate } | { readonly paidOutDate: KstDate };

/** Sums in whole KRW; `fee` with its VAT. */
export interface SettlementTotals {
  readonly rows: number;
  readonly cancels: number;
  readonly amount: number;
  readonly fee: number;
  readonly payOutAmount: number;
}

/** The settlement side of the mock: what was really paid on it, and rows by formula. */
export interface Settlements {
  /**
   * Adds rows to `GET /v1/settlements`, and their transactions to `GET /v1/transactions`. The same calls on another
   * mock make the same rows. They show at once, whatever the mock's clock says.
   *
   * @example mock.settlements.generate({ paidOutDate: "2026-11-20", rows: 1_000_000 });
   * @throws Error when nothing is paid out on `paidOutDate` (a weekend, or a holiday) and no `soldDate` is given
   */
  generate(request: GenerateRequest): GeneratedRows;
  /**
   * Arms a quirk; several work together, in the order in which they were armed.
   * @example mock.settlements.arm({ kind: "rowTwice", page: 1 });
   */
  arm(quirk: Quirk): void;
  /** Disarms all quirks. Rows stay. */
  disarm(): void;
  /** The truth to count against: the day's rows as they show now, with no quirk at work. */
  rows(day: OfDay): Iterable<Settlement>;
  totals(day: OfDay): SettlementTotals;
}
