import { join } from "node:path";
import { isSettlementError } from "../../../settlement/errors.ts";
import { type PollerParts, runDate } from "../../../settlement/poller/mod.ts";
import { createSqliteRunStore } from "../../../settlement/run-store.sqlite.ts";
import { benchFolder } from "../folder.ts";
import { PAID_OUT_DATE } from "./rows.ts";

export interface PollOnce extends Pick<PollerParts, "source" | "log" | "codec" | "onEvent"> {
  /** That the source has. */
  readonly rows: number;
  /** As Toss has it when absent. */
  readonly pageSize?: number;
  /** Of checkpoints; on disk when absent. */
  readonly storePath?: string;
}

/**
 * Polls a date that nobody has polled until all its rows are produced, and stops before the
 * pass that only reads them once more. Resolves to how many ms the one pass took.
 */
export const pollOnce = async ({ rows, onEvent, storePath, ...parts }: PollOnce): Promise<number> => {
  const store = createSqliteRunStore({ path: storePath ?? join(benchFolder(), "runs.sqlite") });
  const stopping = new AbortController();
  const since = performance.now();
  let [took, read] = [0, 0];
  try {
    await runDate({
      ...parts,
      date: PAID_OUT_DATE,
      store,
      signal: stopping.signal,
      onEvent(event) {
        if (event.kind === "pass") {
          took = performance.now() - since;
          read = event.totals.rows;
          stopping.abort();
        }
        onEvent?.(event);
      },
    });
  } catch (error) {
    if (!isSettlementError(error) || error.code !== "SHUTTING_DOWN") throw error;
  } finally {
    await store.close();
  }
  if (read !== rows) throw new Error(`The pass read ${read} rows; there are ${rows}.`);
  return took;
};
