import { type Log, silentLog } from "../actors/ports.ts";
import { createClient, databaseOf, keepTrying, weaknessesOf } from "../actors/store/mongo-connect.ts";
import { ledgersUnavailable } from "./ledgers/errors.ts";
import {
  ensureLedgerIndexes,
  ledgerCollectionsOf,
  toAccounting,
  toOrderRow,
  toOrderSettlement,
  toRow,
} from "./ledgers/mongo-documents.ts";
import { findByPayments, findPaidOutDates, readRows, sumAccounting } from "./ledgers/mongo-reads.ts";
import { upsertInto } from "./ledgers/mongo-upsert.ts";
import { orderKeyOf, sortedBy } from "./ledgers/one-of-each.ts";
import { createOnMongo } from "./on-mongo.ts";
import type { Ledgers } from "./ports.ts";
import { rowKeyOf } from "./row.ts";

export interface MongoLedgersOptions {
  /** `mongodb://…` or `mongodb+srv://…`. */
  readonly url: string;
  /** Default `jumun`. */
  readonly database?: string;
  readonly logger?: Log;
  /** How long to keep trying to reach MongoDB at the start, in ms. Default 60,000. */
  readonly startTimeoutMs?: number;
}

/**
 * The three ledgers in MongoDB: a collection each, a document a row, written with `{ w: "majority", j: true }`. Makes
 * its indexes. Throws STORE_UNAVAILABLE, and CONFIG_INVALID for a string that is no address.
 * @example const ledgers = await createMongoLedgers({ url: "mongodb://127.0.0.1:27017/?replicaSet=rs0" });
 */
export const createMongoLedgers = async ({
  url,
  database = "jumun",
  logger = silentLog,
  startTimeoutMs = 60_000,
}: MongoLedgersOptions): Promise<Ledgers> => {
  const client = await onMongo(async () => createClient(url));
  const weaknesses = weaknessesOf(url);
  if (weaknesses.length > 0) {
    logger.warn({ weaknesses }, "MONGODB_URL asks for less than ledgers need; it was overruled");
  }
  const collections = ledgerCollectionsOf(databaseOf(client, database));
  const { settlement, orders, accounting, days } = collections;

  const open = async () => {
    await client.connect();
    await ensureLedgerIndexes(collections);
  };
  await onMongo(() => keepTrying(open, { timeoutMs: startTimeoutMs, log: logger })).catch(async (error) => {
    await client.close();
    throw error;
  });

  return {
    upsertRows: (rows) => onMongo(() => upsertInto(settlement, days, rows, (row) => row)),
    upsertOrderSettlements: (rows) => onMongo(() => upsertInto(orders, days, rows, toOrderSettlement)),
    upsertAccounting: (rows) => onMongo(() => upsertInto(accounting, days, rows, toAccounting)),

    rows: (date, page) => onMongo(() => readRows(collections, date, page)),
    rowsOf: (payments) =>
      onMongo(async () => {
        const found = await findByPayments(settlement, collections, payments);
        return sortedBy(found.map(toRow), rowKeyOf);
      }),
    orderSettlements: (orderId, payments) =>
      onMongo(async () => {
        const found = await findByPayments(orders, collections, payments);
        const its = found.map(toOrderRow).filter((row) => row.orderId === orderId);
        return sortedBy(its, orderKeyOf);
      }),
    accounting: (date) => onMongo(() => sumAccounting(accounting, date)),
    paidOutDates: (from, to) => onMongo(() => findPaidOutDates(accounting, from, to)),
    close: () => client.close(),
  };
};

const onMongo = createOnMongo((cause) => ledgersUnavailable(cause.message, cause));
