import { troubleOf } from "../actors/store/sqlite-trouble.ts";
import { isSettlementError, TerminalSettlementError } from "./errors.ts";

/**
 * The coded error of what SQLite failed with on the file at `path`: STORE_CORRUPT, or what `away` makes of the reason
 * when it is one of the moment, such as a full disk. Coded ones pass.
 */
export const sqliteError = (
  error: unknown,
  path: string,
  away: (reason: string, cause: unknown) => Error,
): Error => {
  if (isSettlementError(error)) return error;
  const { kind, message } = troubleOf(error, path);
  if (kind === "away") return away(message, error);
  return new TerminalSettlementError("STORE_CORRUPT", { message: `${message}.`, cause: error });
};
