import { MongoError } from "mongodb";
import { ConnectionError, RetryableError, TerminalError } from "../actors/errors.ts";
import { type RetryableSettlementError, TerminalSettlementError } from "./errors.ts";

/**
 * Makes a function that runs work on MongoDB and tells its failures as settlement's: the driver's own, and those of
 * what the order store's adapter shares.
 * @example const onMongo = createOnMongo((cause) => ledgersUnavailable(cause.message, cause));
 */
export const createOnMongo =
  (unavailable: (cause: Error) => RetryableSettlementError) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TerminalError) {
        throw new TerminalSettlementError("CONFIG_INVALID", { message: error.message, cause: error });
      }
      if (error instanceof ConnectionError) {
        throw new TerminalSettlementError(error.code, { message: error.message, cause: error });
      }
      if (error instanceof RetryableError || error instanceof MongoError) throw unavailable(error);
      throw error;
    }
  };
