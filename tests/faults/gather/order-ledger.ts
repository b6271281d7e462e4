import { Database } from "bun:sqlite";
import { join } from "node:path";
import { MongoClient } from "mongodb";

/**
 * How many rows the order ledger has of each transaction. Read off the table itself: its port answers by order and
 * payment only, which would be a query a row, and would not show what nobody asks for.
 */
export const readOrderLedger = (
  settings: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, number>> =>
  settings.MONGODB_URL
    ? fromMongo(settings.MONGODB_URL, settings.MONGODB_DATABASE ?? "")
    : fromSqlite(settings);

const fromMongo = async (url: string, database: string): Promise<Map<string, number>> => {
  const client = await MongoClient.connect(url);
  try {
    const found = await client.db(database).collection("order_settlements").find().toArray();
    return countsOf(found.map(({ transactionKey }) => String(transactionKey)));
  } finally {
    await client.close();
  }
};

const fromSqlite = async (settings: Readonly<Record<string, string>>): Promise<Map<string, number>> => {
  const path = join(settings.DATA_DIR ?? "", "settlement-ledgers.sqlite");
  using database = new Database(path, { readonly: true });
  const found = database
    .query<{ transaction_key: string }, []>("SELECT transaction_key FROM order_settlements")
    .all();
  return countsOf(found.map(({ transaction_key }) => transaction_key));
};

const countsOf = (keys: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};
