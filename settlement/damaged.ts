import { troubleOf } from "../actors/store/sqlite-trouble.ts";
import { isSettlementError, TerminalSettlementError } from "./errors.ts";

type Away = (reason: string, cause: unknown) => Error;

/**
 * Works on the SQLite file at `path`. What fails is thrown as STORE_CORRUPT, or as what `away` makes of the reason when
 * it is one of the moment, such as a full disk. Coded errors pass.
 */
export const onSqliteFile = <T>(path: string, away: Away, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw sqliteError(error, path, away);
  }
};

const sqliteError = (error: unknown, path: string, away: Away): Error => {
  if (isSettlementError(error)) return error;
  const { kind, message } = troubleOf(error, path);
  if (kind === "away") return away(message, error);
  return new TerminalSettlementError("STORE_CORRUPT", { message: `${message}.`, cause: error });
};
