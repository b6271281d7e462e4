import { checkEntry } from "./simulate/entry.ts";
import { findMock, NoMockError } from "./simulate/find-mock.ts";
import { help, type Options, readOptions } from "./simulate/options.ts";
import { showProgress } from "./simulate/progress.ts";
import { allHolds, reportOf } from "./simulate/report.ts";
import { simulate } from "./simulate/run.ts";

const HOLDS = 0;
const BROKEN = 1;
const USAGE = 2;
const INTERRUPTED = 130;

/** One Ctrl-C can arrive twice: from the terminal, and passed on by `bun run`. */
const SAME_SIGNAL_MS = 300;

/** Aborted by the first SIGINT or SIGTERM; the second ends the process. */
const untilInterrupted = (): AbortSignal => {
  const leaving = new AbortController();
  let first = 0;
  const stop = () => {
    if (leaving.signal.aborted) {
      if (performance.now() - first > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
      return;
    }
    first = performance.now();
    console.error("\nNobody comes any more; waiting for who is there. Again to end at once.");
    leaving.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return leaving.signal;
};

const run = async (options: Options): Promise<number> => {
  const toss = await findMock(options.url, options.toss);
  const token = process.env.JUMUN_TOKEN || undefined;
  await checkEntry(options.url, token);
  console.error(`${options.orders} customers for ${options.url}, Toss mock at ${toss}, seed ${options.seed}`);
  const progress = showProgress();
  try {
    const summary = await simulate({
      ...options,
      toss,
      token,
      signal: untilInterrupted(),
      onProgress: progress.onProgress,
    });
    progress.stop();
    console.log(reportOf(summary));
    return allHolds(summary) ? HOLDS : BROKEN;
  } finally {
    progress.stop();
  }
};

const main = async (): Promise<number> => {
  let options: Options | "help";
  try {
    options = readOptions(process.argv.slice(2), Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return USAGE;
  }
  if (options === "help") {
    console.log(help);
    return HOLDS;
  }
  try {
    return await run(options);
  } catch (error) {
    if (!(error instanceof NoMockError)) throw error;
    console.error(error.message);
    return USAGE;
  }
};

process.exit(await main());
