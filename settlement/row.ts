import { type Static, Type } from "@sinclair/typebox";
import { KstDate } from "../machines/mod.ts";

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** Whole KRW, below zero on the row of a cancel. */
const Won = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
const Key = Type.String({ minLength: 1, maxLength: 200 });

/**
 * One settled transaction: an approval, or one cancel of it. The parts of Toss' Settlement object (API 2022-11-16,
 * `GET /v1/settlements`) that Jumun's departments read. Times are UTC, dates are KST.
 */
export const SettlementRow = Type.Object({
  mId: Type.String({ minLength: 1, maxLength: 64 }),
  paymentKey: Key,
  /** The approval's, or that cancel's: unique among all transactions. */
  transactionKey: Key,
  orderId: Key,
  currency: Type.String({ minLength: 1 }),
  /** In Korean, e.g. `카드`. */
  method: nullable(Type.String()),
  /** Gross. */
  amount: Won,
  interestFee: Won,
  /** VAT included; below zero where a cancel gives it back. */
  fees: Type.Array(Type.Object({ type: Type.String(), fee: Won })),
  /** The fee without VAT, and its VAT. Σ fees = supplyAmount + vat, which reconciliation checks. */
  supplyAmount: Won,
  vat: Won,
  /** What is paid out: amount − Σ fees, which reconciliation checks. */
  payOutAmount: Won,
  /** On the row of a cancel it is the approval's all the same. UTC. */
  approvedAt: Type.String(),
  /** The day on which the transaction counts as sold, KST: the day of the payment, or of the cancel. */
  soldDate: KstDate,
  /** The day on which Toss pays it out, KST. */
  paidOutDate: KstDate,
  /** Two characters, e.g. `61`; null for what is no card payment. */
  cardIssuerCode: nullable(Type.String()),
  easyPayProvider: nullable(Type.String()),
  /** On the row of a cancel. `amount` is positive here. */
  cancel: nullable(Type.Object({ canceledAt: Type.String(), amount: Won, reason: Type.String() })),
});

export type SettlementRow = Static<typeof SettlementRow>;

/** What makes a row that row, in the order of the ledgers' index: new rows then stand at its end. */
export type RowKey = Pick<SettlementRow, "soldDate" | "mId" | "paymentKey" | "transactionKey">;

/** @example rowKeyOf(row) // "2026-11-20|jumunmock|jumun2026…|txrd…" */
export const rowKeyOf = ({ soldDate, mId, paymentKey, transactionKey }: RowKey): string =>
  `${soldDate}|${mId}|${paymentKey}|${transactionKey}`;

/** All that Toss keeps for itself, VAT included. */
export const feeOf = ({ fees }: Pick<SettlementRow, "fees">): number =>
  fees.reduce((total, { fee }) => total + fee, 0);
