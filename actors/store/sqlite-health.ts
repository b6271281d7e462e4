import { type RetryableCode, RetryableError, TerminalError } from "../errors.ts";
import type { Log } from "../ports.ts";
import { troubleOf } from "./sqlite-trouble.ts";

/** How a SQLite file fares. Tells the log of trouble once when it begins, and once when it is over. */
export interface SqliteHealth {
  /** Runs work on the file. Throws a coded error, and does nothing any more once the file was found damaged. */
  guard<T>(work: () => T): T;
  /** The coded error of a failure elsewhere, such as in a thread. Coded ones pass. */
  failed(error: unknown): RetryableError | TerminalError;
  /** A write was taken. */
  wrote(): void;
  /** Throws what is wrong. `probe` writes something, and is only asked where nothing was written just now. */
  check(probe: () => Promise<void>): Promise<void>;
  /** The file is not to be touched again, not even by closing it. */
  readonly damaged: boolean;
}

/** A full disk may take a small write between two that it refuses: it is well again when this long none was refused. */
const WELL_AFTER_MS = 2_000;
/** What was written so lately needs no probe. */
const FRESH_MS = 1_000;

export const createSqliteHealth = (parts: { path: string; log: Log; code: RetryableCode }): SqliteHealth => {
  const { path, log, code } = parts;
  let damage: TerminalError | undefined;
  let trouble: { readonly error: RetryableError; readonly at: number } | undefined;
  let wroteAt = Number.NEGATIVE_INFINITY;
  let probing: Promise<void> | undefined;

  const failed = (error: unknown): RetryableError | TerminalError => {
    if (damage) return damage;
    if (error instanceof RetryableError || error instanceof TerminalError) return error;
    const { kind, message } = troubleOf(error, path);
    if (kind === "damaged") {
      damage = new TerminalError("STORE_CORRUPT", { message: `${message}.`, cause: error });
      log.error({ path, error: damage }, "a file of the shop is damaged; nothing more is done with it");
      return damage;
    }
    const away = new RetryableError(code, { message: `${message}.`, cause: error });
    if (!trouble) log.error({ path, error: away }, "a file of the shop can't be used; it is tried again");
    trouble = { error: away, at: performance.now() };
    return away;
  };

  const wrote = () => {
    wroteAt = performance.now();
    if (!trouble || wroteAt - trouble.at < WELL_AFTER_MS) return;
    trouble = undefined;
    log.info({ path }, "the file can be written again");
  };

  const guard = <T>(work: () => T): T => {
    if (damage) throw damage;
    try {
      return work();
    } catch (error) {
      throw failed(error);
    }
  };

  return {
    guard,
    failed,
    wrote,
    async check(probe) {
      if (damage) throw damage;
      if (trouble || performance.now() - wroteAt > FRESH_MS) {
        probing ??= probe()
          .then(wrote)
          .finally(() => {
            probing = undefined;
          });
        await probing;
      }
      if (trouble) throw trouble.error;
    },
    get damaged() {
      return damage !== undefined;
    },
  };
};
