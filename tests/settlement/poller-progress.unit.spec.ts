import { expect, test } from "bun:test";
import { Writable } from "node:stream";
import type { PollEvent } from "../../settlement/poller/mod.ts";
import { createProgress } from "../../settlement/progress.ts";
import { createLab } from "./poller-lab.ts";
import { DATE, someRows } from "./poller-rows.ts";

const screenOf = (isTTY: boolean) => {
  let text = "";
  const stream = Object.assign(
    new Writable({
      write(chunk, _, done) {
        text += String(chunk);
        done();
      },
    }),
    { isTTY, columns: 200 },
  );
  return { stream, text: () => text };
};

const logBook = () => {
  const lines: { fields: object; message: string }[] = [];
  const note = (fields: object, message: string) => void lines.push({ fields, message });
  return { lines, logger: { debug: note, info: note, warn: note, error: note } };
};

const page = (changes: Partial<Extract<PollEvent, { kind: "page" }>> = {}): PollEvent => ({
  ...{ kind: "page", date: DATE, pass: 1, page: 7, rows: 35_000, produced: 34_000, rowsPerSecond: 51_234 },
  ...changes,
});

test("progress_showsNumbersWithoutABar_totalUnknown", () => {
  const { stream, text } = screenOf(true);
  const { logger, lines } = logBook();
  const progress = createProgress({ logger, stream });
  progress.onEvent({ kind: "started", date: DATE, resumedPages: 0 });
  progress.onEvent(page());
  progress.stop();
  expect(text()).toContain(`${DATE} pass 1, page 7: 35,000 rows read, 34,000 produced, 51,234 rows/s`);
  expect(text()).not.toContain("%");
  expect(lines).toEqual([]);
});

test("progress_showsABar_laterPassWhoseTotalIsKnown", () => {
  const { stream, text } = screenOf(true);
  const progress = createProgress({ logger: logBook().logger, stream });
  progress.onEvent(page({ pass: 2, expectedRows: 70_000 }));
  progress.stop();
  expect(text()).toContain("[============------------] 50%");
});

test("progress_staysAtTheEnd_moreRowsThanThePassBefore", () => {
  const { stream, text } = screenOf(true);
  const progress = createProgress({ logger: logBook().logger, stream });
  progress.onEvent(page({ pass: 2, rows: 50_000, expectedRows: 40_000 }));
  progress.stop();
  expect(text()).toContain("100%");
});

test("progress_givesTheTerminalBack_stoppedInTheMiddleAndTwice", () => {
  const { stream, text } = screenOf(true);
  const progress = createProgress({ logger: logBook().logger, stream });
  progress.onEvent(page());
  progress.stop();
  progress.stop();
  // The cursor is shown again.
  expect(text()).toContain("\u001b[?25h");
});

test("progress_logsLines_noTerminal", async () => {
  const { stream, text } = screenOf(false);
  const { logger, lines } = logBook();
  const lab = createLab(someRows(1, 5));
  const progress = createProgress({ logger, stream, everyMs: 0 });
  await lab.run({ onEvent: progress.onEvent });
  progress.stop();
  expect(text()).toBe("");
  expect(lines.map(({ message }) => message)).toEqual([
    ...["polling a date", "polling", "polling", "polling", "polling", "the date is complete"],
  ]);
  expect(lines[1]?.fields).toMatchObject({ date: DATE, pass: 1, page: 1, rows: 3, produced: 3 });
  expect(lines.at(-1)?.fields).toMatchObject({ passes: 2, rows: 5, malformed: 0, produced: 5 });
});

test("progress_logsNoMoreThanEveryFewSeconds_manyPages", () => {
  const { logger, lines } = logBook();
  const progress = createProgress({ logger, stream: screenOf(false).stream });
  for (let n = 1; n <= 1_000; n += 1) progress.onEvent(page({ page: n }));
  expect(lines).toEqual([]);
});
