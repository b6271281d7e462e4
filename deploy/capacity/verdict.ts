import { FULL_CORE, type Limit } from "./limit.ts";
import type { Report } from "./measure.ts";
import { bytes, duration, percent, thousands } from "./numbers.ts";
import type { Pace, Sizing } from "./sizing.ts";

type Words = Pick<
  Report,
  | "plan"
  | "judgement"
  | "run"
  | "knee"
  | "evidence"
  | "limit"
  | "sizing"
  | "idle"
  | "clusterBrokers"
  | "brokers"
>;

/** The verdict in sentences, a paragraph each. Pure. */
export const verdictOf = (report: Words): string[] =>
  [keeping(report), kneeing(report), limiting(report), ...scaling(report)].filter((text) => text !== "");

const keeping = ({ plan, judgement, run }: Words): string => {
  const offered = `${thousands(plan.rate)} rows/s`;
  if (!judgement.keepsUp) return `It does NOT keep up with ${offered}: ${judgement.reasons.join("; ")}.`;
  return (
    `It keeps up with ${offered}: ${percent(Math.min(1, judgement.pace))} acknowledged, p99 ${duration(run.series.p99)}, and neither ` +
    `latency nor lag grew in ${thousands(run.seconds)} s.`
  );
};

const kneeing = ({ knee }: Words): string => {
  if (!knee) return "";
  if (knee.above === undefined)
    return `It also kept up with ${thousands(knee.rate)} rows/s, the highest rate tried.`;
  if (knee.rate === 0) return `It kept up with no rate tried, down to ${thousands(knee.above)} rows/s.`;
  return (
    `It stops keeping up between ${thousands(knee.rate)} rows/s, which it held, and ${thousands(knee.above)} rows/s, ` +
    "which it did not."
  );
};

const limiting = ({ limit, evidence }: Words): string => {
  if (!limit || !evidence) {
    return "What limits it was not reached: --search finds out.";
  }
  const { run, tools, idle, doubled } = evidence;
  const seen = [
    `our producer used ${percent(run.producerCpu)} of a core and the loader ${percent(run.loaderCpu)}`,
    tools
      ? `Kafka's own producer sent ${thousands(tools.atRate.rate)} records/s when asked for as many, ${thousands(tools.most)} at most`
      : "Kafka's own producer was not run",
    doubled
      ? `on ${doubled.run.partitions} partitions ours came to ${thousands(doubled.run.series.achieved)} rows/s instead of ${thousands(run.series.achieved)}` +
        (doubled.toolMost ? `, Kafka's own to ${thousands(doubled.toolMost)} at most` : "")
      : "",
    `one record alone takes ${duration(idle.plainMs)}` +
      (idle.flushedMs === undefined ? "" : `, ${duration(idle.flushedMs)} when it is flushed to disk first`),
  ].filter((text) => text !== "");
  return `At ${thousands(run.rate)} rows/s what limits is ${limits[limit]} Seen: ${seen.join("; ")}.`;
};

const limits: Readonly<Record<Limit, string>> = {
  producer:
    `our own process, which uses a core whole (${percent(FULL_CORE)} or more), and not the broker. Up: a faster core of its ` +
    "own for the poller. Out: one poller has a date, so several pollers work on several dates; more partitions make its requests " +
    "larger; else give it a longer window.",
  answers:
    "the way to the broker: our process waits for answers, while Kafka's own producer, which has more requests under way, " +
    "held the rate. Bring the poller nearer to the broker, or give the topic more partitions.",
  partitions:
    "the number of partitions: twice as many carry more. Out: more partitions, before more brokers.",
  disk:
    "the broker, and its disk takes long for a flush. Up: a faster disk, and more memory, so that more is written behind. " +
    "Out: more brokers, with the partitions spread over them.",
  broker:
    "the broker: neither our process nor the partitions, and its disk flushes fast. Its processor, memory and network can't be " +
    "told apart from outside, nor can a quota: see its own metrics. Up: more cores and memory. Out: more brokers, with the " +
    "partitions spread over them.",
  loader:
    "the loader's own process, which uses a core whole, and not the broker. Out: more loader processes in the group, up to one a " +
    "partition.",
  ledger:
    "the loader, though not by its processor: it waits for its ledger's disk (here SQLite on this machine), or for batches. Up: a " +
    "faster store. Out: more loader processes in the group, up to one a partition.",
  reading:
    "the broker's reading: Kafka's own consumer got less than was offered. Up: more memory, so that what was just written is read " +
    "from there. Out: more brokers.",
};

const scaling = ({ sizing, clusterBrokers, brokers }: Words): string[] => {
  const { rowsADay, windowHours, headroom, needed, planned } = sizing;
  const brokersNeeded = sizing.clusters * clusterBrokers;
  const local = brokers.every((broker) => /^(127\.|localhost:|\[::1\])/.test(broker));
  return [
    `${thousands(rowsADay)} rows a day within ${thousands(windowHours)} h are ${thousands(needed)} rows/s; with headroom ` +
      `${headroom}×, ${thousands(planned)}. For that: ${atMost(sizing.broker, planned)}${brokersNeeded} such broker(s), since ` +
      `this took ${paceText(sizing.broker)}; ${sizing.partitions} partitions; ${atMost(sizing.loader, planned)}${sizing.loaders} ` +
      `loader(s) a department, since one loads ${paceText(sizing.loader)}; and ${pollerText(sizing)}.`,
    `Such a day takes ${bytes(sizing.diskBytes)} of the brokers' disks for each day that it is kept, replicas included; and ` +
      `${bytes(sizing.cacheBytes)} of memory beside Kafka's heap let a loader that was away for ten minutes catch up without the disk.`,
    "Scale up (memory, disk) while one broker's disk or memory is what limits; scale out (partitions, then brokers) when the rate " +
      `with headroom is beyond one, or when partitions limit.`,
    `This holds for this broker, its configuration and this record size only.${
      local
        ? " Broker, producer and loader shared one machine, so each took processor time from the others."
        : ""
    }`,
  ];
};

const paceText = ({ rate, atLeast }: Pace): string =>
  `${atLeast ? "at least " : ""}${thousands(rate)} rows/s`;

/** A pace that was not the most there is makes a number that may be too high. */
const atMost = ({ rate, atLeast }: Pace, planned: number): string =>
  atLeast && rate < planned ? "at most " : "";

const pollerText = ({ poller, pollerHours, windowHours }: Sizing): string => {
  const pace = paceText(poller);
  const hours = `${thousands(pollerHours)} h`;
  if (pollerHours <= windowHours)
    return `one poller, since it produces ${pace} and needs ${hours} with headroom`;
  if (poller.atLeast) {
    return `one poller, since it produces ${pace} and needs at most ${hours} with headroom`;
  }
  return `a window of ${hours} with headroom, since one poller has a date and produces ${pace}`;
};
