import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import type { Collection, Db, IndexDescription } from "mongodb";
import { KstDate } from "../../machines/mod.ts";
import type { OrderSettlement } from "../ports.ts";
import { feeOf, SettlementRow } from "../row.ts";
import { ledgersUnavailable } from "./errors.ts";

/**
 * A document of any ledger. Its `_id` is its row's key, which begins with the day: new ones stand at the end of the
 * `_id` index. What else it holds is checked when it is read.
 */
export interface LedgerDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

export interface LedgerCollections {
  readonly settlement: Collection<LedgerDocument>;
  readonly orders: Collection<LedgerDocument>;
  readonly accounting: Collection<LedgerDocument>;
  /** `{ _id: "<ledger>|<soldDate>", ledger, soldDate }`: that a ledger has rows sold on a day. */
  readonly days: Collection<LedgerDocument>;
}

export const ledgerCollectionsOf = (database: Db): LedgerCollections => ({
  settlement: database.collection("settlement_rows"),
  orders: database.collection("order_settlements"),
  accounting: database.collection("accounting_rows"),
  days: database.collection("ledger_days"),
});

/** Each begins with a day, as the rows come in by days. */
const indexes: Readonly<Record<"settlement" | "orders" | "accounting", readonly IndexDescription[]>> = {
  settlement: [
    { name: "paid_out", key: { paidOutDate: 1, _id: 1 } },
    { name: "payment", key: { soldDate: 1, paymentKey: 1 } },
  ],
  orders: [{ name: "payment", key: { soldDate: 1, paymentKey: 1 } }],
  accounting: [{ name: "paid_out", key: { paidOutDate: 1 } }],
};

/** One command each: FerretDB breaks off at a list of which some are there already. */
export const ensureLedgerIndexes = async (collections: LedgerCollections): Promise<void> => {
  for (const name of ["settlement", "orders", "accounting"] as const) {
    for (const { key, ...options } of indexes[name]) await collections[name].createIndex(key, options);
  }
};

export const toOrderSettlement = (row: SettlementRow): OrderSettlement => ({
  orderId: row.orderId,
  paymentKey: row.paymentKey,
  transactionKey: row.transactionKey,
  amount: row.amount,
  payOutAmount: row.payOutAmount,
  soldDate: row.soldDate,
  paidOutDate: row.paidOutDate,
});

export const toAccounting = (row: SettlementRow) => ({
  paidOutDate: row.paidOutDate,
  method: row.method ?? "",
  cardIssuerCode: row.cardIssuerCode ?? "",
  amount: row.amount,
  fee: feeOf(row),
  supplyAmount: row.supplyAmount,
  vat: row.vat,
  payOutAmount: row.payOutAmount,
});

const StoredRow = TypeCompiler.Compile(SettlementRow);
const StoredOrderSettlement = TypeCompiler.Compile(
  Type.Pick(SettlementRow, [
    "orderId",
    "paymentKey",
    "transactionKey",
    "amount",
    "payOutAmount",
    "soldDate",
    "paidOutDate",
  ]),
);
const StoredDay = TypeCompiler.Compile(Type.Object({ soldDate: KstDate }));

/** What an upsert wrote. A document that none wrote must not be counted as money, nor passed over in silence. */
const checked =
  <T extends TSchema>(schema: TypeCheck<T>) =>
  ({ _id, ...stored }: LedgerDocument): Static<T> => {
    if (schema.Check(stored)) return stored;
    const { path, message } = schema.Errors(stored).First() ?? {};
    throw ledgersUnavailable(
      `what is stored as ${_id} is not as it was written (${path}: ${message}); poll its day again`,
    );
  };

/** Each throws STORE_UNAVAILABLE for a damaged document. */
export const toRow = checked(StoredRow);
export const toOrderRow = checked(StoredOrderSettlement);
export const toDay = checked(StoredDay);
