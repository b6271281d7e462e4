import type { KstDate } from "../../machines/mod.ts";
import type { ControlTotals, RunRecord } from "../ports.ts";

/** What a poller tells while it works. `pass` counts from 1 in each run; there is no estimate of the end, since Toss tells no total. */
export type PollEvent =
  /** Before anything is read. `resumedPages` were produced by an earlier process. */
  | { readonly kind: "started"; readonly date: KstDate; readonly resumedPages: number }
  /** A page was read, and produced where that was called for. */
  | PageEvent
  /** All pages were read once. */
  | {
      readonly kind: "pass";
      readonly date: KstDate;
      readonly pass: number;
      readonly totals: ControlTotals;
      /** Pages that differ from when they were read before. */
      readonly changedPages: number;
      readonly verdict: "complete" | "again" | "failed";
    }
  | { readonly kind: "complete"; readonly date: KstDate; readonly run: RunRecord; readonly produced: number };

export interface PageEvent {
  readonly kind: "page";
  readonly date: KstDate;
  readonly pass: number;
  readonly page: number;
  /** Rows of this pass so far, malformed ones included. */
  readonly rows: number;
  /** Of the pass before; unknown in the first one. */
  readonly expectedRows?: number;
  /** Records produced by this process so far, dead letters included. */
  readonly produced: number;
  /** Rows read a second, over this pass. */
  readonly rowsPerSecond: number;
}
