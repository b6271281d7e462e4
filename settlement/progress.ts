import { SingleBar } from "cli-progress";
import type { Log } from "../actors/ports.ts";
import type { PageEvent, PollEvent } from "./poller/mod.ts";

/** Shows how far a poller is. */
export interface Progress {
  /** Give it to the poller as `onEvent`. */
  readonly onEvent: (event: PollEvent) => void;
  /** Takes the bar off the terminal. Call when the poller has ended, however it ended. */
  stop(): void;
}

export interface ProgressOptions {
  readonly logger: Log;
  /** Where the bar is drawn when it is a terminal; standard error by default. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** How far apart the lines are where there is no terminal, in ms; 5 s by default. */
  readonly everyMs?: number;
}

/**
 * A bar when standard error is a terminal, and structured log lines every few seconds when it is not.
 * @example
 * const progress = createProgress({ logger });
 * try { await runRange({ ...parts, onEvent: progress.onEvent }); } finally { progress.stop(); }
 */
export const createProgress = ({
  logger,
  stream = process.stderr,
  everyMs = 5_000,
}: ProgressOptions): Progress => (stream.isTTY ? barOn(stream) : linesTo(logger, everyMs));

const barOn = (stream: NodeJS.WritableStream): Progress => {
  let bar: SingleBar | undefined;
  let of: string | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  const show = (event: PageEvent) => {
    const { date, pass, rows, expectedRows } = event;
    const payload = { line: lineOf(event), known: expectedRows !== undefined };
    // A bar of its own for each pass, so that what a finished one came to stays on the screen.
    if (of !== `${date} ${pass}`) stop();
    of = `${date} ${pass}`;
    if (!bar) {
      bar = new SingleBar({ stream, format, fps: 5, hideCursor: true, gracefulExit: false, barsize: 24 });
      bar.start(expectedRows ?? 0, 0, payload);
    }
    // Rows came in that the last pass did not have.
    if (expectedRows !== undefined && rows > expectedRows) bar.setTotal(rows);
    bar.update(rows, payload);
  };
  return {
    onEvent(event) {
      if (event.kind === "page") show(event);
      else if (event.kind !== "started") stop();
    },
    stop,
  };
};

/** While the total is unknown, which it is in the first pass, there is no bar that would mean anything. */
const format = (
  { barsize = 24 }: { barsize?: number | undefined },
  { progress }: { progress: number },
  { line, known }: { line: string; known: boolean },
): string => {
  if (!known) return line;
  const done = Math.round(Math.min(1, progress) * barsize);
  return `${line} [${"=".repeat(done)}${"-".repeat(barsize - done)}] ${Math.floor(Math.min(1, progress) * 100)}%`;
};

const number = new Intl.NumberFormat("en-US");

const lineOf = ({ date, pass, page, rows, rowsPerSecond, produced }: PageEvent): string =>
  `${date} pass ${pass}, page ${number.format(page)}: ${number.format(rows)} rows read, ` +
  `${number.format(produced)} produced, ${number.format(rowsPerSecond)} rows/s`;

const linesTo = (logger: Log, everyMs: number): Progress => {
  let saidAt = performance.now();
  return {
    onEvent(event) {
      if (event.kind === "started") {
        logger.info({ date: event.date, resumedPages: event.resumedPages }, "polling a date");
      } else if (event.kind === "complete") {
        const { date, run, produced } = event;
        logger.info({ date, passes: run.passes, ...run.totals, produced }, "the date is complete");
      } else if (event.kind === "page" && performance.now() - saidAt >= everyMs) {
        saidAt = performance.now();
        const { kind: _, ...fields } = event;
        logger.info(fields, "polling");
      }
    },
    stop() {},
  };
};
