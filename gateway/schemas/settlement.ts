import { type Static, Type } from "@sinclair/typebox";
import { KstDate } from "../../machines/mod.ts";
import type { Finding, Reconciliation } from "../../settlement/ports.ts";
import { Day, exact, Instant, Krw, Link } from "./common.ts";

const Count = Type.Integer({ minimum: 0 });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const DateParams = Type.Object({ date: Day });

/** Both included. */
export const DatesQuery = Type.Object({ from: Day, to: Day }, exact);

const Totals = Type.Object({
  rows: Count,
  malformed: Count,
  amount: Krw,
  fee: Krw,
  payOutAmount: Krw,
  digest: Type.String({ description: "Of the rows, whatever their order" }),
});

const RunStatus = Type.Union((["running", "complete", "mismatch"] as const).map((one) => Type.Literal(one)));

/** The poller's run of a day; null while it has not begun. */
const Run = Type.Object({
  date: KstDate,
  status: RunStatus,
  startedAt: Instant,
  finishedAt: Type.Optional(Instant),
  passes: Count,
  totals: Type.Optional(Totals),
});

const Accounting = Type.Object({
  method: Type.String({ examples: ["카드"] }),
  cardIssuerCode: Type.String({ description: "Empty for what is no card payment", examples: ["61"] }),
  rows: Count,
  amount: Krw,
  fee: Type.Integer({ description: "Whole KRW, VAT included" }),
  supplyAmount: Krw,
  vat: Krw,
  payOutAmount: Krw,
});

/** What Toss pays out on a day, as far as it was read. */
export const SettlementDayView = Type.Object({
  date: KstDate,
  run: nullable(Run),
  accounting: Type.Array(Accounting),
  _links: Type.Record(Type.String(), Link),
});

/** Days at a glance, for a chart or a list. */
export const SettlementDaysView = Type.Object({
  days: Type.Array(
    Type.Object({
      date: KstDate,
      status: nullable(RunStatus),
      rows: Count,
      amount: Krw,
      fee: Krw,
      payOutAmount: Krw,
    }),
    { description: "Every day of the range, oldest first; null: not polled yet" },
  ),
});

export type SettlementDays = Static<typeof SettlementDaysView>;

/** Total: the compiler asks for every status. */
const statuses: Record<Finding["status"], true> = {
  amountMismatch: true,
  missingHere: true,
  missingAtToss: true,
  notYetDue: true,
  feeMismatch: true,
  payOutMismatch: true,
};

const counts: Record<keyof Reconciliation["counts"], typeof Count> = {
  matched: Count,
  amountMismatch: Count,
  missingHere: Count,
  missingAtToss: Count,
  notYetDue: Count,
  feeMismatch: Count,
  payOutMismatch: Count,
};

const FindingView = Type.Object({
  status: Type.Union((Object.keys(statuses) as Finding["status"][]).map((one) => Type.Literal(one))),
  orderId: Type.String(),
  paymentKey: Type.String(),
  transactionKey: Type.Optional(Type.String()),
  tossAmount: nullable(Krw),
  ourAmount: nullable(Krw),
  paidOutDate: KstDate,
  message: Type.String(),
});

/** The rows of a day against the orders, both ways. */
export const ReconciliationView = Type.Object({
  date: KstDate,
  counts: Type.Object(counts),
  tossAmount: Krw,
  ourAmount: Krw,
  findings: Type.Array(FindingView, { description: "The first ones; counts are of all" }),
  clean: Type.Boolean({ description: "Nothing but matched and notYetDue was found" }),
});

/** Where an order's money is. */
export const OrderSettlementsView = Type.Object({
  orderId: Type.String(),
  settlements: Type.Array(
    Type.Object({
      orderId: Type.String(),
      paymentKey: Type.String(),
      transactionKey: Type.String(),
      amount: Type.Integer({ description: "Whole KRW, below zero for a refund" }),
      payOutAmount: Krw,
      soldDate: KstDate,
      paidOutDate: KstDate,
    }),
  ),
  _links: Type.Record(Type.String(), Link),
});
