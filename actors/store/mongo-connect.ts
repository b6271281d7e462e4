import { type Db, MongoClient, type MongoClientOptions, ReadConcern } from "mongodb";
import { connectionFault } from "../connection/fault.ts";
import { ConnectionError, RetryableError, TerminalError } from "../errors.ts";
import type { Log } from "../ports.ts";
import { mendMongodbWrites } from "./mongo-mend.ts";

/** Used where the connection string does not say otherwise. Times in ms. */
const defaults = {
  appName: "jumun",
  maxPoolSize: 50,
  connectTimeoutMS: 5_000,
  serverSelectionTimeoutMS: 5_000,
  // A server that hangs is away: the runtime can handle a write of unknown outcome, but not one that never ends.
  socketTimeoutMS: 30_000,
} satisfies MongoClientOptions;

/** Throws for a string that the driver can't read. The string is not repeated: it may hold a password. */
export const createClient = (url: string): MongoClient => {
  mendMongodbWrites();
  const said = (name: string) => new RegExp(`[?&]${name}=`, "i").test(url);
  const unsaid = Object.entries(defaults).filter(([name]) => !said(name));
  try {
    return new MongoClient(url, Object.fromEntries(unsaid));
  } catch {
    throw new TerminalError("STORE_NOT_DURABLE", {
      message:
        "MONGODB_URL is no MongoDB connection string that can be read, so there is no store. Nothing was connected. " +
        "Write it as mongodb://user:password@host:27017/?replicaSet=rs0, with odd characters percent-encoded.",
    });
  }
};

/**
 * The database with what Jumun asks of every write and read. Said here and not to the client, where the connection
 * string's options would be mixed in.
 */
export const databaseOf = (client: MongoClient, name: string): Db =>
  client.db(name, {
    writeConcern: { w: "majority", journal: true },
    // Acting on what a failover may still undo would be telling replies that can get lost.
    readConcern: new ReadConcern("majority"),
    readPreference: "primary",
    ignoreUndefined: true,
  });

/**
 * What a connection string asks for that would lose acknowledged writes or read what may be undone. It is overruled,
 * and readiness fails with it, so that nobody believes the string.
 */
export const weaknessesOf = (url: string): string[] => {
  const { writeConcern, readConcern, readPreference } = new MongoClient(url).options;
  const { w, journal } = writeConcern ?? {};
  const level = readConcern?.level ?? "majority";
  return [
    w !== undefined && w !== "majority" && `w=${w}`,
    journal === false && "journal=false",
    level !== "majority" && level !== "linearizable" && `readConcernLevel=${level}`,
    readPreference.mode !== "primary" && `readPreference=${readPreference.mode}`,
  ].filter((weakness) => weakness !== false);
};

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Runs `open` until it succeeds or `timeoutMs` have passed, waiting longer each time and never in step with others.
 * What trying again can't mend ends it at once: CONNECTION_INSECURE, CREDENTIALS_REFUSED.
 */
export const keepTrying = async (
  open: () => Promise<void>,
  { timeoutMs, log }: { timeoutMs: number; log: Log },
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await open();
    } catch (error) {
      const fault = connectionFault(error);
      if (fault) {
        throw new ConnectionError(fault.code, { message: `MongoDB: ${fault.message}`, cause: error });
      }
      if (performance.now() + wait > deadline) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RetryableError("STORE_UNAVAILABLE", {
          message: `MongoDB could not be opened: ${reason}. No order was touched. See that it runs, whether it speaks TLS, and that MONGODB_URL is right.`,
          cause: error,
        });
      }
      log.warn({ error, wait }, "MongoDB can't be reached; trying again");
      await Bun.sleep(wait * (0.5 + Math.random() / 2));
    }
  }
};
