import { type BulkWriteResult, MongoBulkWriteError, MongoError } from "mongodb";
import { connectionFault } from "../connection/fault.ts";
import { RetryableError, TerminalError } from "../errors.ts";

const DUPLICATE_KEY = 11_000;
const OBJECT_TOO_LARGE = 10_334;

/** Runs work on MongoDB and tells its failures in the port's terms: see {@link OrderStore}. */
export const onMongo = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw portError(error);
  }
};

const portError = (error: unknown): unknown => {
  if (!(error instanceof MongoError)) return error; // already the port's, or a defect
  if (error.code === OBJECT_TOO_LARGE || error.message.includes("larger than the maximum size")) {
    return tooLarge(error);
  }
  const fault = connectionFault(error);
  if (fault) return unavailable(`MongoDB: ${fault.code}: ${fault.message} ${error.message}`, error);
  return unavailable(`MongoDB failed: ${error.message}`, error);
};

/** The store is away, or did not say what became of a write. */
export const unavailable = (message: string, cause?: unknown): RetryableError =>
  new RetryableError("STORE_UNAVAILABLE", {
    message: `${message}. What was being written may be there or not: read before writing again.`,
    cause,
  });

const tooLarge = (cause: unknown): TerminalError =>
  new TerminalError("COMMAND_TOO_LARGE", {
    message: "The order would outgrow MongoDB's 16 MB. It was left as it is. Ask for less at once.",
    cause,
  });

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoError && error.code === DUPLICATE_KEY;

export interface BulkOutcome {
  readonly result: BulkWriteResult;
  /** Indexes of the operations that met a key that was there already. */
  readonly duplicates: ReadonlySet<number>;
}

/**
 * Waits for an unordered bulk in which each of the `size` operations either takes place or meets a duplicate key.
 * The server must answer for every one of them: one that ends a bulk at its first error, as if it were ordered, would
 * otherwise make the rest look written.
 */
export const everyOutcome = async (size: number, bulk: Promise<BulkWriteResult>): Promise<BulkOutcome> => {
  const outcome = await bulk.then((result) => ({ result, duplicates: new Set<number>() }), duplicatesOf);
  const { insertedCount, matchedCount, upsertedCount } = outcome.result;
  const answered = insertedCount + matchedCount + upsertedCount + outcome.duplicates.size;
  if (answered !== size) throw unavailable(`MongoDB answered for ${answered} of ${size} writes`);
  return outcome;
};

const duplicatesOf = (error: unknown): BulkOutcome => {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const errors = [error.writeErrors].flat();
  if (errors.some(({ code }) => code === OBJECT_TOO_LARGE)) throw tooLarge(error);
  const onlyDuplicates = errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY);
  // With a write concern error, what was written may still be undone by a failover.
  if (!onlyDuplicates || error.result.getWriteConcernError()) throw error;
  return { result: error.result, duplicates: new Set(errors.map(({ index }) => index)) };
};
