import type { Collection } from "mongodb";
import { isDuplicateKey } from "../../actors/store/mongo-errors.ts";
import type { SettlementRow } from "../row.ts";
import { ledgersUnavailable } from "./errors.ts";
import type { LedgerDocument } from "./mongo-documents.ts";
import { oneOfEach } from "./one-of-each.ts";

/** How often a bulk is sent again whose rows another writer was inserting at the same moment. */
const MOST_RACES = 10;

/**
 * Replaces each row's document in one unordered bulk. The days are written first: a day without rows is harmless, a
 * row of a day that nobody knows of would not be found.
 */
export const upsertInto = async (
  collection: Collection<LedgerDocument>,
  days: Collection<LedgerDocument>,
  rows: readonly SettlementRow[],
  toDocument: (row: SettlementRow) => object,
): Promise<void> => {
  if (rows.length === 0) return;
  const ledger = collection.collectionName;
  const soldDates = [...new Set(rows.map(({ soldDate }) => soldDate))];
  await replaceAll(
    days,
    soldDates.map((soldDate) => ({ _id: `${ledger}|${soldDate}`, ledger, soldDate })),
  );
  await replaceAll(
    collection,
    oneOfEach(rows).map(([_id, row]) => ({ ...toDocument(row), _id })),
  );
};

const replaceAll = async (
  collection: Collection<LedgerDocument>,
  documents: readonly LedgerDocument[],
  races = 0,
): Promise<void> => {
  const operations = documents.map(({ _id, ...document }) => ({
    replaceOne: { filter: { _id }, replacement: document, upsert: true },
  }));
  try {
    const result = await collection.bulkWrite(operations, { ordered: false });
    const answered = result.matchedCount + result.upsertedCount;
    if (answered !== documents.length) {
      throw ledgersUnavailable(`MongoDB answered for ${answered} of ${documents.length} rows`);
    }
  } catch (error) {
    // Of two upserts that insert one id at once, one meets the other's document, and replaces it the next time.
    if (!isDuplicateKey(error) || races === MOST_RACES) throw error;
    await replaceAll(collection, documents, races + 1);
  }
};
