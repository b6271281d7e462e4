import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { Collection } from "mongodb";
import { type Log, silentLog } from "../actors/ports.ts";
import { createClient, databaseOf, keepTrying, weaknessesOf } from "../actors/store/mongo-connect.ts";
import { type StoredLease, takeLease } from "../actors/store/mongo-take-lease.ts";
import type { KstDate } from "../machines/mod.ts";
import { RetryableSettlementError } from "./errors.ts";
import { createOnMongo } from "./on-mongo.ts";
import type { PageCheckpoint, RunRecord } from "./ports.ts";
import type { ClosableRunStore } from "./run-store.ts";

export interface MongoRunStoreOptions {
  /** `mongodb://…` or `mongodb+srv://…`. */
  readonly url: string;
  /** Default `jumun`. */
  readonly database?: string;
  readonly logger?: Log;
  /** How long to keep trying to reach MongoDB at the start, in ms. Default 60,000. */
  readonly startTimeoutMs?: number;
}

type StoredRun = Omit<RunRecord, "date"> & { readonly _id: KstDate };
type StoredPage = Omit<PageCheckpoint, "page"> & { readonly _id: string };

const totals = {
  rows: Type.Integer({ minimum: 0 }),
  malformed: Type.Integer({ minimum: 0 }),
  amount: Type.Integer(),
  fee: Type.Integer(),
  payOutAmount: Type.Integer(),
  digest: Type.String({ pattern: "^[0-9a-f]{32}$" }),
};
const storedRun = TypeCompiler.Compile(
  Type.Object({
    status: Type.Union([Type.Literal("running"), Type.Literal("complete"), Type.Literal("mismatch")]),
    startedAt: Type.String(),
    finishedAt: Type.Optional(Type.String()),
    passes: Type.Integer({ minimum: 0 }),
    totals: Type.Optional(Type.Object(totals)),
  }),
);
const storedPage = TypeCompiler.Compile(Type.Object({ _id: Type.String(), ...totals }));

/** Wide enough for any page: a date's keys sort as text in the order of their pages. */
const pageKey = (date: KstDate, page: number): string => `${date}:${String(page).padStart(10, "0")}`;
/** Sorts after all page keys of the date and before the next one's: `;` follows `:`. */
const pagesEnd = (date: KstDate): string => `${date};`;

/**
 * What the poller remembers, in MongoDB: one document a date, a page and a lease, written with
 * `{ w: "majority", j: true }`. Throws STORE_UNAVAILABLE, and CONFIG_INVALID for a string that is no address.
 * @example const store = await createMongoRunStore({ url: "mongodb://127.0.0.1:27017/?replicaSet=rs0" });
 */
export const createMongoRunStore = async ({
  url,
  database = "jumun",
  logger = silentLog,
  startTimeoutMs = 60_000,
}: MongoRunStoreOptions): Promise<ClosableRunStore> => {
  const client = await onMongo(async () => createClient(url));
  const weaknesses = weaknessesOf(url);
  if (weaknesses.length > 0) {
    logger.warn({ weaknesses }, "MONGODB_URL asks for less than checkpoints need; it was overruled");
  }
  const db = databaseOf(client, database);
  const runs: Collection<StoredRun> = db.collection("settlement_runs");
  const pages: Collection<StoredPage> = db.collection("settlement_pages");
  const leases: Collection<StoredLease> = db.collection("settlement_leases");

  const open = async () => {
    await client.connect();
    await runs.findOne({}, { projection: { _id: 1 } });
  };
  await onMongo(() => keepTrying(open, { timeoutMs: startTimeoutMs, log: logger })).catch(async (error) => {
    await client.close();
    throw error;
  });

  return {
    lease: (date, owner, now, ttlMs) => onMongo(() => takeLease(leases, { id: date, owner, now, ttlMs })),
    release: (date, owner) =>
      onMongo(async () => {
        await leases.deleteOne({ _id: date, owner });
      }),
    run: (date) =>
      onMongo(async () => {
        const found = await runs.findOne({ _id: { $eq: date } });
        return found ? runOf(found) : undefined;
      }),
    runs: (from, to) =>
      onMongo(async () => {
        const found = await runs
          .find({ _id: { $gte: from, $lte: to } })
          .sort({ _id: 1 })
          .toArray();
        return found.map(runOf);
      }),
    saveRun: ({ date, ...run }) =>
      onMongo(async () => {
        await runs.replaceOne({ _id: date }, run, { upsert: true });
      }),
    pages: (date) =>
      onMongo(async () => {
        const found = await pages
          .find({ _id: { $gte: pageKey(date, 0), $lt: pagesEnd(date) } })
          .sort({ _id: 1 })
          .toArray();
        return found.map((stored) => {
          if (!storedPage.Check(stored)) throw damaged(`page ${String(stored._id)}`);
          const { _id, ...page } = stored;
          return { page: Number(_id.slice(date.length + 1)), ...page };
        });
      }),
    savePage: (date, { page, rows, malformed, amount, fee, payOutAmount, digest }) =>
      onMongo(async () => {
        await pages.replaceOne(
          { _id: pageKey(date, page) },
          { rows, malformed, amount, fee, payOutAmount, digest },
          { upsert: true },
        );
      }),
    dropPages: (date, page) =>
      onMongo(async () => {
        await pages.deleteMany({ _id: { $gte: pageKey(date, page), $lt: pagesEnd(date) } });
      }),
    close: () => client.close(),
  };
};

const runOf = (stored: StoredRun): RunRecord => {
  const { _id: date, ...run } = stored;
  if (!storedRun.Check(stored)) throw damaged(`run of ${date}`);
  return { date, ...run };
};

const unavailable = (cause: Error): RetryableSettlementError =>
  new RetryableSettlementError("STORE_UNAVAILABLE", {
    message:
      `MongoDB does not keep the poller's checkpoints: ${cause.message} What was checkpointed stays. ` +
      "See that it runs and that MONGODB_URL is right, and run again.",
    cause,
  });

const onMongo = createOnMongo(unavailable);

const damaged = (what: string): RetryableSettlementError =>
  new RetryableSettlementError("STORE_UNAVAILABLE", {
    message:
      `The stored ${what} is not as it was written. It was left as it is, and nothing was polled. ` +
      "Restore it from a backup, or remove that date from settlement_runs and settlement_pages: it is then polled anew.",
  });
