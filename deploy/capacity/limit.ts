import type { Judgement, Run } from "./judge.ts";
import type { ProducerFigures } from "./perf-output.ts";
import type { IdleLatency } from "./probe.ts";

/** What Kafka's own tools came to on the same broker. */
export interface ToolFigures {
  /** Offered the same rate. */
  readonly atRate: ProducerFigures;
  /** Records a second, as fast as it can. */
  readonly most: number;
  /** Records that the consumer test fetched a second; undefined when it told nothing. */
  readonly readRate: number | undefined;
}

/** A run that did not keep up, and what was measured to find out why. */
export interface Evidence {
  readonly run: Run;
  readonly judgement: Judgement;
  readonly idle: IdleLatency;
  /** Undefined when they could not be run. */
  readonly tools: ToolFigures | undefined;
  /** The same rate on twice the partitions. */
  readonly doubled: { readonly run: Run; readonly toolMost: number | undefined } | undefined;
}

/**
 * What stands in the way first. `producer`: our process, at all of a core · `answers`: our process waits for the broker's
 * answers, though the broker could take more · `partitions`: more of them help · `disk` · `broker`: its processor, memory
 * or network, which can't be told apart from outside · `loader`: our process · `ledger`: where it writes · `reading`: the
 * broker gives no more.
 */
export type Limit =
  | "producer"
  | "answers"
  | "partitions"
  | "disk"
  | "broker"
  | "loader"
  | "ledger"
  | "reading";

/** Of one core, at which a process of ours, whose work is in one thread, can do no more. */
export const FULL_CORE = 0.9;
/** The tool's share of a rate that counts as holding it; its clock counts starting and ending too. */
const TOOL_HOLDS = 0.95;
/** So many times the rate on twice the partitions, and they help. */
export const HELPS = 1.2;
/** A flush that takes longer is a slow disk's. ms */
const SLOW_FLUSH_MS = 10;

/** Pure. @param evidence of a run that does not keep up */
export const limitOf = ({ run, judgement, idle, tools, doubled }: Evidence): Limit => {
  const producing = !judgement.paceHolds || judgement.latency.growing || run.series.unacknowledged > 0;
  if (!producing) {
    if (run.loaderCpu >= FULL_CORE) return "loader";
    return tools?.readRate !== undefined && tools.readRate < run.rate ? "reading" : "ledger";
  }
  const toolHolds = tools !== undefined && tools.atRate.rate >= TOOL_HOLDS * run.rate;
  if (run.producerCpu >= FULL_CORE) return "producer";
  if (doubled && doubled.run.series.achieved >= HELPS * run.series.achieved) return "partitions";
  if (toolHolds) return "answers";
  if (doubled?.toolMost && tools && doubled.toolMost >= HELPS * tools.most) return "partitions";
  return (idle.flushedMs ?? 0) - idle.plainMs >= SLOW_FLUSH_MS ? "disk" : "broker";
};
