import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { toInstant } from "../../actors/toss/instant.ts";
import { isKstDate, type KstDate } from "../../machines/mod.ts";
import type { ReadRow } from "../ports.ts";
import type { SettlementRow } from "../row.ts";

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

const Won = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
/** An old page of Toss' documents shows fees as texts. */
const WonOrText = Type.Union([Won, Type.String({ pattern: "^-?[0-9]{1,15}$" })]);
const Key = Type.String({ minLength: 1, maxLength: 200 });

/** The fields of Toss' Settlement object that are read; all others are ignored, as Toss asks for. */
const RawRow = Type.Object({
  mId: Type.String({ minLength: 1, maxLength: 64 }),
  paymentKey: Key,
  transactionKey: Key,
  orderId: Key,
  currency: Type.Literal("KRW"),
  method: orNull(Type.String()),
  amount: Won,
  interestFee: Won,
  fees: orNull(Type.Array(Type.Object({ type: Type.String(), fee: WonOrText }))),
  fee: orNull(WonOrText),
  supplyAmount: Won,
  vat: Won,
  payOutAmount: Won,
  approvedAt: Type.String(),
  soldDate: Type.String(),
  paidOutDate: Type.String(),
  card: orNull(Type.Object({ issuerCode: orNull(Type.String()) })),
  easyPay: orNull(Type.Object({ provider: orNull(Type.String()) })),
  cancel: orNull(
    Type.Object({ canceledAt: Type.String(), cancelAmount: Won, cancelReason: orNull(Type.String()) }),
  ),
});
type RawRow = Static<typeof RawRow>;
const rawRow = TypeCompiler.Compile(RawRow);

/** A malformed row is kept as text up to this many characters; a row of Toss has about a thousand. */
export const MAX_RAW_LENGTH = 16_000;
const MAX_REASON_LENGTH = 300;

/**
 * Reads one element of the answer to `GET /v1/settlements` for the rows paid out on `paidOutDate`. Times become UTC. A
 * row that lacks something, holds something else there, is not in KRW or is of another day comes back with the reason
 * and as JSON text.
 */
export const readRow = (raw: unknown, paidOutDate: KstDate): ReadRow => {
  const row = rawRow.Check(raw) ? rowOf(raw, paidOutDate) : reasonOf(raw);
  return typeof row === "string" ? malformed(row, raw) : { ok: true, row };
};

/** The row, or what is wrong with it. */
const rowOf = (raw: RawRow, expectedDate: KstDate): SettlementRow | string => {
  const { soldDate, paidOutDate, cancel } = raw;
  if (paidOutDate !== expectedDate) return `paidOutDate is ${paidOutDate}, and ${expectedDate} was asked for`;
  if (!isKnownDate(soldDate)) return `soldDate is no date: ${soldDate}`;
  const approvedAt = toInstant(raw.approvedAt);
  if (approvedAt === undefined) return `approvedAt is no time: ${raw.approvedAt}`;
  const canceledAt = cancel ? toInstant(cancel.canceledAt) : "";
  if (canceledAt === undefined) return `cancel.canceledAt is no time: ${cancel?.canceledAt}`;
  const fees = feesOf(raw);
  if (!fees) return "neither fees nor fee is there";
  return {
    mId: raw.mId,
    paymentKey: raw.paymentKey,
    transactionKey: raw.transactionKey,
    orderId: raw.orderId,
    currency: raw.currency,
    method: raw.method ?? null,
    amount: raw.amount,
    interestFee: raw.interestFee,
    fees,
    supplyAmount: raw.supplyAmount,
    vat: raw.vat,
    payOutAmount: raw.payOutAmount,
    approvedAt,
    soldDate,
    paidOutDate,
    cardIssuerCode: raw.card?.issuerCode ?? null,
    easyPayProvider: raw.easyPay?.provider ?? null,
    cancel: cancel ? { canceledAt, amount: cancel.cancelAmount, reason: cancel.cancelReason ?? "" } : null,
  };
};

/** Versions of the API before 2022 have one undivided `fee` and no `fees`; it is given the type `FEE`. */
const feesOf = ({ fees, fee }: RawRow): SettlementRow["fees"] | undefined => {
  if (fees) return fees.map((one) => ({ type: one.type, fee: Number(one.fee) }));
  return fee == null ? undefined : [{ type: "FEE", fee: Number(fee) }];
};

/** The days on which one day's rows were sold are few, and each is asked about for every row. */
const knownDates = new Set<string>();

const isKnownDate = (text: string): text is KstDate => {
  if (knownDates.has(text)) return true;
  if (!isKstDate(text)) return false;
  if (knownDates.size > 1_000) knownDates.clear();
  knownDates.add(text);
  return true;
};

const reasonOf = (raw: unknown): string => {
  const error = rawRow.Errors(raw).First();
  if (!error) return "the row can't be read";
  const field = error.path.slice(1).replaceAll("/", ".");
  return field ? `${field}: ${error.message}` : "the row is no object";
};

const malformed = (reason: string, raw: unknown): ReadRow => {
  const text = JSON.stringify(raw) ?? "undefined";
  return {
    ok: false,
    reason: reason.slice(0, MAX_REASON_LENGTH),
    raw: text.length > MAX_RAW_LENGTH ? `${text.slice(0, MAX_RAW_LENGTH)}…` : text,
  };
};
