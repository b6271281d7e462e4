import { type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { toInstant } from "./instant.ts";

const nullable = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

const Cancel = Type.Object({
  cancelAmount: Type.Number(),
  cancelReason: Type.String(),
  /** UTC. */
  canceledAt: Type.String(),
  /** Unique among all transactions. */
  transactionKey: Type.String(),
  /** DONE at once for cards issued in Korea; IN_PROGRESS or ABORTED for some overseas methods. */
  cancelStatus: Type.String(),
  /** The balance after this cancel. */
  refundableAmount: Type.Number(),
});

const Card = Type.Object({
  issuerCode: Type.String(),
  /** Masked by Toss, e.g. `43301234****123*`. */
  number: Type.String(),
  approveNo: Type.String(),
});

/**
 * The parts of Toss' Payment object (API version 2022-11-16) that Jumun reads. Its enumerations stay plain strings and
 * its amounts plain numbers: a status that is new, or a payment in another currency, is for the caller to judge, and
 * must not make a reply unreadable that says where money is.
 */
export const TossPaymentSchema = Type.Object({
  paymentKey: Type.String({ minLength: 1 }),
  orderId: Type.String({ minLength: 1 }),
  mId: Type.String(),
  /** READY, IN_PROGRESS, WAITING_FOR_DEPOSIT, DONE, CANCELED, PARTIAL_CANCELED, ABORTED or EXPIRED. */
  status: Type.String({ minLength: 1 }),
  /** What was paid; does not change when some of it is given back. */
  totalAmount: Type.Number(),
  /** What can still be given back. Zero means fully cancelled, whether the status is CANCELED or PARTIAL_CANCELED. */
  balanceAmount: Type.Number(),
  currency: Type.String(),
  /** In Korean, e.g. `카드`. */
  method: nullable(Type.String()),
  /** UTC. */
  approvedAt: nullable(Type.String()),
  lastTransactionKey: nullable(Type.String()),
  cancels: nullable(Type.Array(Cancel)),
  card: nullable(Card),
});

export type TossPayment = Static<typeof TossPaymentSchema>;

const payment = TypeCompiler.Compile(TossPaymentSchema);
const card = TypeCompiler.Compile(Card);

/**
 * Reads a Payment object; undefined when it is not one. Drops the fields that Jumun does not use, some of which are
 * personal data, and turns its times into UTC. A card of another shape only describes the payment, so it becomes null
 * instead of hiding the rest.
 */
export const parsePayment = (body: unknown): TossPayment | undefined => {
  if (typeof body !== "object" || body === null) return undefined;
  const fields: Record<string, unknown> = { ...body };
  const candidate: unknown = { ...fields, card: card.Check(fields.card) ? known(Card, fields.card) : null };
  if (!payment.Check(candidate)) return undefined;
  const cancels = candidate.cancels?.map((cancel) => known(Cancel, cancel));
  return withInstants({ ...known(TossPaymentSchema, candidate), ...(cancels && { cancels }) });
};

/** A value with the fields that its schema names: what TypeBox's own Clean would leave, at a tenth of its time. */
const known = <Schema extends TObject>(schema: Schema, value: Static<Schema>): Static<Schema> => {
  const fields = value as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name in schema.properties) if (name in fields) kept[name] = fields[name];
  return kept as Static<Schema>;
};

const withInstants = (payment: TossPayment): TossPayment | undefined => {
  const approvedAt = payment.approvedAt == null ? null : toInstant(payment.approvedAt);
  if (approvedAt === undefined) return undefined;
  const cancels: Static<typeof Cancel>[] = [];
  for (const cancel of payment.cancels ?? []) {
    const canceledAt = toInstant(cancel.canceledAt);
    if (canceledAt === undefined) return undefined;
    cancels.push({ ...cancel, canceledAt });
  }
  return { ...payment, approvedAt, cancels };
};
