import { pause } from "../../settlement/log/pause.ts";
import { createKafkaLog } from "../../settlement/log.kafka.ts";
import { within } from "./interrupt.ts";
import type { Run } from "./judge.ts";
import { startLoader } from "./loader-process.ts";
import { thousands } from "./numbers.ts";
import { type Offer, offer } from "./offer.ts";
import type { Progress } from "./progress.ts";
import type { Records } from "./rows.ts";
import { seriesOf } from "./series.ts";
import type { OwnTopics } from "./topics.ts";
import type { Point } from "./trend.ts";

export interface RunOptions {
  readonly brokers: readonly string[];
  readonly topics: OwnTopics;
  readonly records: Records;
  /** Rows a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly partitions: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** At least so many slices a run has, for a trend to be told from chance. */
const LEAST_SLICES = 12;
const WARM_UP = { share: 0.25, leastMs: 3_000, mostMs: 10_000 } as const;
/** What the loader must have loaded before the clock starts: its group has formed then. */
const FIRST_ROWS = 50;
const CLOSE_MS = 15_000;

let runs = 0;

/** The length of a slice: a second, or less when there would be too few of them. ms */
export const sliceOf = (seconds: number): number =>
  seconds >= LEAST_SLICES ? 1_000 : Math.floor((seconds * 1_000) / LEAST_SLICES);

/**
 * Our own producer and the settlement ledger's loader, at a rate, on a topic of their own which is gone afterwards.
 * @throws LOG_UNAVAILABLE
 */
export const runAt = async (options: RunOptions): Promise<Run> => {
  const { brokers, topics, records, rate, seconds, partitions, signal, progress } = options;
  runs += 1;
  const topic = await topics.make(`rows-${runs}`, partitions);
  const group = topics.group(`rows-${runs}`);
  const connection = { brokers, partitions, clientId: "jumun-capacity" };
  const log = createKafkaLog(connection);
  // Its own, so that asking for lags waits behind no records.
  const watch = createKafkaLog(connection);
  const loader = startLoader({ brokers: [...brokers], topic: topic.name, group });
  const produce = (first: number, rows: number) =>
    log.produce(
      topic.name,
      Array.from({ length: rows }, (_, index) => records.at(first + index)),
    );
  const sliceMs = sliceOf(seconds);
  const lags: Point[] = [];
  const watching = new AbortController();
  try {
    await within(signal, produce(0, FIRST_ROWS));
    await loader.untilLoaded(FIRST_ROWS, signal);
    signal.throwIfAborted();
    let cpu = cpuNow(loader.news().cpuMs);
    let used = cpuSince(cpu, loader.news().cpuMs);
    let lagging = Promise.resolve();
    const warmUpMs = Math.min(Math.max(seconds * 1_000 * WARM_UP.share, WARM_UP.leastMs), WARM_UP.mostMs);
    const offered = await offer({
      ...{ rate, warmUpMs, ms: seconds * 1_000, signal },
      produce: (first, rows) => produce(FIRST_ROWS + first, rows),
      onWarm() {
        cpu = cpuNow(loader.news().cpuMs);
        lagging = watchLag(() => watch.lag(topic.name, group), sliceMs, lags, watching.signal);
      },
      onEnd() {
        used = cpuSince(cpu, loader.news().cpuMs);
        watching.abort();
      },
      onProgress: (second) =>
        progress.tell(
          second / (seconds + warmUpMs / 1_000),
          `lag ${thousands(lags.at(-1)?.value ?? 0)} records`,
        ),
    });
    await lagging;
    signal.throwIfAborted();
    return {
      ...{ rate, partitions, cut: offered.cut, seconds: secondsOf(offered) },
      series: seriesOf(offered, sliceMs),
      lags,
      ...used,
    };
  } finally {
    watching.abort();
    await Promise.race([Promise.all([loader.stop(), log.close(), watch.close()]), Bun.sleep(CLOSE_MS)]);
    await topics.drop(topic);
  }
};

const secondsOf = ({ fromMs, endMs }: Offer): number => (endMs - fromMs) / 1_000;

/** Asks again and again; while the broker does not tell there is no point. */
const watchLag = async (
  ask: () => Promise<number>,
  everyMs: number,
  lags: Point[],
  signal: AbortSignal,
): Promise<void> => {
  const since = performance.now();
  for (let next = everyMs; !signal.aborted; next += everyMs) {
    await pause(Math.max(0, next - (performance.now() - since)), signal);
    const value = await within(signal, ask()).catch(() => undefined);
    if (value !== undefined) lags.push({ at: (performance.now() - since) / 1_000, value });
  }
};

interface CpuMark {
  readonly own: NodeJS.CpuUsage;
  readonly loaderMs: number;
  readonly at: number;
}

const cpuNow = (loaderMs: number): CpuMark => ({ own: process.cpuUsage(), loaderMs, at: performance.now() });

const cpuSince = (mark: CpuMark, loaderMs: number) => {
  const { user, system } = process.cpuUsage(mark.own);
  const took = performance.now() - mark.at;
  return {
    producerCpu: (user + system) / 1_000 / took,
    loaderCpu: (loaderMs - mark.loaderMs) / took,
  };
};
