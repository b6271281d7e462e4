import type { Instant, Krw, KstDate, MoneyTransaction } from "../machines/mod.ts";
import type { SettlementRow } from "./row.ts";

// ── Toss ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A row as Toss gave it: read, or with what is wrong with it. */
export type ReadRow =
  | { readonly ok: true; readonly row: SettlementRow }
  | { readonly ok: false; readonly reason: string; readonly raw: string };

/** Where settled rows come from. Throws TOSS_UNAVAILABLE after its own retries, TOSS_REFUSED at once. */
export interface SettlementSource {
  /** One page of the rows paid out on `date`, from page 1. Empty past the last. `size` is at most 5,000. */
  page(date: KstDate, page: number, size: number): Promise<readonly ReadRow[]>;
  /** Every transaction of a day, oldest first, a page at a time: an independent list to count against. */
  transactions(date: KstDate): AsyncIterable<readonly SourceTransaction[]>;
}

export interface SourceTransaction {
  readonly transactionKey: string;
  readonly paymentKey: string;
  readonly orderId: string;
  /** Its sign is not to be relied on (toss-api: a CANCELED row was positive). */
  readonly amount: Krw;
  readonly transactionAt: Instant;
}

// ── the log between the poller and the departments: Kafka, or SQLite where there is none ────────────────────────

export interface LogRecord {
  /** Records of one key stay in order. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StoredRecord extends LogRecord {
  readonly partition: number;
  /** Decimal, one more at each record of a partition. */
  readonly offset: string;
}

export interface Consumption {
  /** Takes in no more, lets the batch in hand finish and its offsets be stored. */
  stop(): Promise<void>;
  /** Settles when it ends: resolves after `stop`, rejects when the handler failed in a way that trying again can't mend. */
  readonly ended: Promise<void>;
}

/** An append-only log with consumer groups, at least once. Throws LOG_UNAVAILABLE. */
export interface RecordLog {
  /** Durable (acks=all, or an fsync) when it resolves. In order per key. */
  produce(topic: string, records: readonly LogRecord[]): Promise<void>;
  /**
   * Brings a group's records in batches, each partition's in order. Offsets are stored only after `handle` has
   * resolved. When it rejects, the same records come again; a TerminalSettlementError ends the consumption.
   */
  consume(
    options: { readonly topic: string; readonly group: string; readonly maxBatch: number },
    handle: (records: readonly StoredRecord[]) => Promise<void>,
  ): Promise<Consumption>;
  /** How many records of the topic the group has not stored an offset for. */
  lag(topic: string, group: string): Promise<number>;
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Rows to records and back: Avro in Confluent's wire format. */
export interface RowCodec {
  encode(row: SettlementRow): Uint8Array;
  /** Throws RECORD_UNREADABLE, or REGISTRY_UNAVAILABLE while a writer's schema can't be fetched. */
  decode(value: Uint8Array): Promise<SettlementRow> | SettlementRow;
}

// ── what a run remembers ────────────────────────────────────────────────────────────────────────────────────────

/** Of any set of rows: how many, their sums, and a digest that their order does not change. */
export interface ControlTotals {
  readonly rows: number;
  readonly malformed: number;
  readonly amount: Krw;
  readonly fee: Krw;
  readonly payOutAmount: Krw;
  /** Hex. The sum of the rows' hashes modulo 2^128: equal for equal multisets of rows. */
  readonly digest: string;
}

/** A page that was produced. */
export interface PageCheckpoint extends ControlTotals {
  readonly page: number;
}

export type RunStatus = "running" | "complete" | "mismatch";

/** The run of one paid-out date. A date polled again replaces its pages and keeps no memory of the last run. */
export interface RunRecord {
  readonly date: KstDate;
  readonly status: RunStatus;
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
  readonly passes: number;
  readonly totals?: ControlTotals;
}

/** Checkpoints and leases of the poller. Throws STORE_UNAVAILABLE. */
export interface RunStore {
  /** Takes, or renews, the date for `owner` until `now + ttlMs`; false while another one has it. */
  lease(date: KstDate, owner: string, now: number, ttlMs: number): Promise<boolean>;
  release(date: KstDate, owner: string): Promise<void>;
  run(date: KstDate): Promise<RunRecord | undefined>;
  /** Of the days from `from` to `to`, both included, those that were polled, oldest first. */
  runs(from: KstDate, to: KstDate): Promise<readonly RunRecord[]>;
  /** Durable when it resolves. */
  saveRun(run: RunRecord): Promise<void>;
  pages(date: KstDate): Promise<readonly PageCheckpoint[]>;
  savePage(date: KstDate, page: PageCheckpoint): Promise<void>;
  /** Forgets pages from `page` on. */
  dropPages(date: KstDate, page: number): Promise<void>;
}

// ── ledgers: one a department, each exactly once by the row's natural key ───────────────────────────────────────

/** What accounting adds up. */
export interface AccountingTotals {
  readonly method: string;
  /** Empty for what is no card payment. */
  readonly cardIssuerCode: string;
  readonly rows: number;
  readonly amount: Krw;
  /** VAT included. */
  readonly fee: Krw;
  readonly supplyAmount: Krw;
  readonly vat: Krw;
  readonly payOutAmount: Krw;
}

/** A row's place in the order that it belongs to. */
export interface OrderSettlement {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly transactionKey: string;
  readonly amount: Krw;
  readonly payOutAmount: Krw;
  readonly soldDate: KstDate;
  readonly paidOutDate: KstDate;
}

/** A payment, and a day in Korea before which none of its rows was sold: that of its approval, or an earlier one. */
export interface PaymentSince {
  readonly paymentKey: string;
  readonly from: KstDate;
}

/**
 * The three departments' books. Each `upsert…` replaces rows of the same natural key, is durable when it resolves, and
 * is called by one consumer group of its own. Throws STORE_UNAVAILABLE.
 */
export interface Ledgers {
  /** The settlement department: whole rows. */
  upsertRows(rows: readonly SettlementRow[]): Promise<void>;
  /** The order department: where each order's money is. */
  upsertOrderSettlements(rows: readonly SettlementRow[]): Promise<void>;
  /** Accounting: what is added up by day. */
  upsertAccounting(rows: readonly SettlementRow[]): Promise<void>;

  /** Rows paid out on a day, in the order of their keys, `limit` at a time; `after` is the last page's `next`. */
  rows(
    date: KstDate,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly rows: readonly SettlementRow[]; readonly next?: string }>;
  /**
   * All rows of these payments in the settlement ledger, whenever they are paid out, in the order of their keys.
   *
   * No ledger has an index by transaction or order: at random places in one that grows with each row, every new row
   * would cost more than the last. A row's key begins with its day and its payment, which its order knows.
   */
  rowsOf(payments: readonly PaymentSince[]): Promise<readonly SettlementRow[]>;
  /** The rows of these payments in the order ledger that name this order, in the order of their keys. */
  orderSettlements(orderId: string, payments: readonly PaymentSince[]): Promise<readonly OrderSettlement[]>;
  /** Sums over the day's rows, each counted once however often it came. */
  accounting(date: KstDate): Promise<readonly AccountingTotals[]>;
  /** Of the days from `from` to `to`, both included, those that accounting has rows of, oldest first. */
  paidOutDates(from: KstDate, to: KstDate): Promise<readonly KstDate[]>;
  close(): Promise<void>;
}

// ── our side of the reconciliation ──────────────────────────────────────────────────────────────────────────────

/** Money of ours that moved at Toss. Without a transactionKey, paymentKey, kind and amount must do. */
export type OrderTransaction = MoneyTransaction;

/** The orders, as far as settlement asks. Throws STORE_UNAVAILABLE. */
export interface OrderTransactions {
  /** Of these orders, all that moved. Unknown ids are left out. */
  ofOrders(orderIds: readonly string[]): Promise<ReadonlyMap<string, readonly OrderTransaction[]>>;
  /** All that moved on a KST day, a page at a time. */
  onDate(date: KstDate): AsyncIterable<readonly OrderTransaction[]>;
  /** Every payment that was ever tried for an order, captured or not; undefined for an unknown one. */
  paymentsOf(orderId: string): Promise<readonly PaymentSince[] | undefined>;
}

// ── read port: what the gateway shows ───────────────────────────────────────────────────────────────────────────

export type MatchStatus = "matched" | "amountMismatch" | "missingHere" | "missingAtToss" | "notYetDue";

/** One thing that does not match, or a row whose own sums are wrong. */
export interface Finding {
  readonly status: Exclude<MatchStatus, "matched"> | "feeMismatch" | "payOutMismatch";
  readonly orderId: string;
  readonly paymentKey: string;
  readonly transactionKey?: string;
  /** What Toss says, and what we say; null for the side that has nothing. */
  readonly tossAmount: Krw | null;
  readonly ourAmount: Krw | null;
  /** When it was, or is to be, paid out. */
  readonly paidOutDate: KstDate;
  readonly message: string;
}

export interface Reconciliation {
  readonly date: KstDate;
  readonly counts: Readonly<Record<MatchStatus | "feeMismatch" | "payOutMismatch", number>>;
  /** Sums of the day's rows, and of what we expected to be paid out on it. */
  readonly tossAmount: Krw;
  readonly ourAmount: Krw;
  /** The first ones; `counts` are of all. */
  readonly findings: readonly Finding[];
  /** True when nothing but `matched` and `notYetDue` was found. */
  readonly clean: boolean;
}

export interface SettlementDay {
  readonly date: KstDate;
  readonly run: RunRecord | null;
  readonly accounting: readonly AccountingTotals[];
}

/** A day in a line: what its run counted in a whole pass, or until then, what accounting holds so far. */
export interface SettlementDayTotals extends Pick<ControlTotals, "rows" | "amount" | "fee" | "payOutAmount"> {
  readonly date: KstDate;
  /** Null while it was not polled. */
  readonly status: RunStatus | null;
}

export interface SettlementReader {
  day(date: KstDate): Promise<SettlementDay>;
  /** Every day from `from` to `to`, both included, oldest first. */
  days(from: KstDate, to: KstDate): Promise<readonly SettlementDayTotals[]>;
  reconciliation(date: KstDate): Promise<Reconciliation>;
  orderSettlements(orderId: string): Promise<readonly OrderSettlement[]>;
}
