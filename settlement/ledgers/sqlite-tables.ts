import { feeOf, type SettlementRow } from "../row.ts";

/** What bun:sqlite binds. */
export type Value = string | number | null;

/** One department's table: its columns, and what a row puts into them. */
export interface LedgerTable {
  readonly name: string;
  /** Beside the key's. `name TYPE` each, in the order of `valuesOf`. */
  readonly columns: readonly string[];
  valuesOf(row: SettlementRow): readonly Value[];
}

export const keyColumns = ["sold_date", "m_id", "payment_key", "transaction_key"] as const;
export const keyOf = (row: SettlementRow): readonly Value[] => [
  row.soldDate,
  row.mId,
  row.paymentKey,
  row.transactionKey,
];

export const settlementTable: LedgerTable = {
  name: "settlement_rows",
  columns: [
    "paid_out_date TEXT NOT NULL",
    "order_id TEXT NOT NULL",
    "currency TEXT NOT NULL",
    "method TEXT",
    "amount INTEGER NOT NULL",
    "interest_fee INTEGER NOT NULL",
    "fees TEXT NOT NULL",
    "supply_amount INTEGER NOT NULL",
    "vat INTEGER NOT NULL",
    "pay_out_amount INTEGER NOT NULL",
    "approved_at TEXT NOT NULL",
    "card_issuer_code TEXT",
    "easy_pay_provider TEXT",
    "cancel TEXT",
  ],
  valuesOf: (row) => [
    row.paidOutDate,
    row.orderId,
    row.currency,
    row.method,
    row.amount,
    row.interestFee,
    JSON.stringify(row.fees),
    row.supplyAmount,
    row.vat,
    row.payOutAmount,
    row.approvedAt,
    row.cardIssuerCode,
    row.easyPayProvider,
    row.cancel && JSON.stringify(row.cancel),
  ],
};

export const orderTable: LedgerTable = {
  name: "order_settlements",
  columns: [
    "paid_out_date TEXT NOT NULL",
    "order_id TEXT NOT NULL",
    "amount INTEGER NOT NULL",
    "pay_out_amount INTEGER NOT NULL",
  ],
  valuesOf: (row) => [row.paidOutDate, row.orderId, row.amount, row.payOutAmount],
};

export const accountingTable: LedgerTable = {
  name: "accounting_rows",
  columns: [
    "paid_out_date TEXT NOT NULL",
    "method TEXT NOT NULL",
    "card_issuer_code TEXT NOT NULL",
    "amount INTEGER NOT NULL",
    "fee INTEGER NOT NULL",
    "supply_amount INTEGER NOT NULL",
    "vat INTEGER NOT NULL",
    "pay_out_amount INTEGER NOT NULL",
  ],
  valuesOf: (row) => [
    row.paidOutDate,
    row.method ?? "",
    row.cardIssuerCode ?? "",
    row.amount,
    feeOf(row),
    row.supplyAmount,
    row.vat,
    row.payOutAmount,
  ],
};

/**
 * Each ledger is one tree in the order of its key, which begins with the day: rows come in at its end, whatever stands
 * before. `ledger_days` has one line for all rows of a day, a merchant and a paid-out date, and takes the place of
 * indexes over the rows: the rows paid out on a day are those of its few sold days.
 */
export const ledgerSchema = [
  ...[settlementTable, orderTable, accountingTable].map(
    ({ name, columns }) => `
      CREATE TABLE IF NOT EXISTS ${name} (
        ${keyColumns.map((column) => `${column} TEXT NOT NULL`).join(", ")}, ${columns.join(", ")},
        PRIMARY KEY (${keyColumns.join(", ")})
      ) STRICT, WITHOUT ROWID;`,
  ),
  `CREATE TABLE IF NOT EXISTS ledger_days (
     ledger TEXT NOT NULL, paid_out_date TEXT NOT NULL, sold_date TEXT NOT NULL, m_id TEXT NOT NULL,
     PRIMARY KEY (ledger, paid_out_date, sold_date, m_id)
   ) STRICT, WITHOUT ROWID;`,
].join("\n");
