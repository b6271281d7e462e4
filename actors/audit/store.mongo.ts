import { type Collection, MongoBulkWriteError } from "mongodb";
import { type Log, silentLog } from "../ports.ts";
import { createClient, databaseOf, keepTrying } from "../store/mongo-connect.ts";
import { isDuplicateKey, onMongo } from "../store/mongo-errors.ts";
import type { AuditRecord } from "./record.ts";
import type { AuditStore } from "./store.ts";

/** `_id` is the record's number, which makes it unique: of two processes that write the next one, one is first. */
interface StoredRecord extends Omit<AuditRecord, "n"> {
  readonly _id: number;
}

const toRecord = ({ _id, prev, hash, text }: StoredRecord): AuditRecord => ({ n: _id, prev, hash, text });

export interface MongoAuditStoreOptions {
  readonly url: string;
  readonly database: string;
  readonly log?: Log;
  /** In ms. Default 60,000. */
  readonly startTimeoutMs?: number;
}

/**
 * The trail in MongoDB's collection `audit`, which is only ever inserted into: a user for the shop whose role allows
 * `insert` and `find` there, and neither `update` nor `remove`, will do.
 */
export const createMongoAuditStore = async ({
  url,
  database,
  log = silentLog,
  startTimeoutMs = 60_000,
}: MongoAuditStoreOptions): Promise<AuditStore> => {
  const client = createClient(url);
  await keepTrying(async () => void (await client.connect()), { timeoutMs: startTimeoutMs, log }).catch(
    async (error) => {
      await client.close();
      throw error;
    },
  );
  const audit: Collection<StoredRecord> = databaseOf(client, database).collection("audit");

  return {
    append: (records) =>
      onMongo(async () => {
        try {
          // In order: what comes after a number that is taken must not be there.
          const stored = records.map(({ n, ...rest }) => ({ _id: n, ...rest }));
          await audit.insertMany(stored, { ordered: true });
          return true;
        } catch (error) {
          if (isTaken(error)) return false;
          throw error;
        }
      }),
    read: ({ after, limit }) =>
      onMongo(async () =>
        (
          await audit
            .find({ _id: { $gt: after } })
            .sort({ _id: 1 })
            .limit(limit)
            .batchSize(limit + 1)
            .toArray()
        ).map(toRecord),
      ),
    newest: () =>
      onMongo(async () => {
        const [found] = await audit.find().sort({ _id: -1 }).limit(1).toArray();
        return found && toRecord(found);
      }),
    close: () => client.close(),
  };
};

/** With a write concern error beside it, what was written may still be undone: that is no answer. */
const isTaken = (error: unknown): boolean =>
  isDuplicateKey(error) &&
  !(error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined);
