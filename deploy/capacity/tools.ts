import { isSettlementError } from "../../settlement/errors.ts";
import { Interrupted } from "./interrupt.ts";
import type { ToolFigures } from "./limit.ts";
import { consumerPerf, type ProducerPerf, producerMost, producerPerf } from "./perf-tools.ts";
import type { OwnTopics } from "./topics.ts";

export interface ToolOptions {
  readonly brokers: readonly string[];
  readonly topics: OwnTopics;
  readonly partitions: number;
  readonly recordBytes: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Java compiles what it runs often: a part of the time goes before the clock. */
const WARM_UP = 0.3;
/** Starting Java, finding the brokers, forming a group. */
const EXTRA_MS = 15_000;

/** Kafka's own producer, at a rate and as fast as it can, and its own consumer over what that left. */
export const runTools = async (rate: number, options: ToolOptions): Promise<ToolFigures> => {
  const { topics, partitions } = options;
  const topic = await topics.make(`tools-${rate}`, partitions);
  const call = callOf(topic.name, options);
  const atRate = await producerPerf(rate, call);
  const most = await producerMost(call);
  const readRate = await readAll(call, topics);
  await topics.drop(topic);
  return { atRate, most, readRate };
};

/** Kafka's own producer as fast as it can, on a topic of so many partitions. Records a second. */
export const runToolMost = async (options: ToolOptions): Promise<number> => {
  const { topics, partitions } = options;
  const topic = await topics.make(`tools-on-${partitions}`, partitions);
  const most = await producerMost(callOf(topic.name, options));
  await topics.drop(topic);
  return most;
};

const callOf = (topic: string, { brokers, recordBytes, seconds, signal }: ToolOptions): ProducerPerf => {
  const warmUpSeconds = Math.ceil(seconds * WARM_UP);
  const mostMs = (seconds + warmUpSeconds) * 1_000 + EXTRA_MS;
  return { brokers, topic, recordBytes, seconds, warmUpSeconds, mostMs, signal };
};

/** Undefined when it tells nothing, which it does when it has not the time to read much. */
const readAll = async (call: ProducerPerf, topics: OwnTopics): Promise<number | undefined> => {
  try {
    const records = await topics.count(call.topic);
    return await consumerPerf({ ...call, records, group: topics.group("tools") });
  } catch (error) {
    if (error instanceof Interrupted || isSettlementError(error)) throw error;
    return undefined;
  }
};

/** What the tools say, or why they say nothing: without Java, or with it, the rest is still worth something. */
export const orMissing = async <T>(tools: Promise<T>): Promise<T | { readonly missing: string }> => {
  try {
    return await tools;
  } catch (error) {
    if (error instanceof Interrupted || isSettlementError(error) || !(error instanceof Error)) throw error;
    return { missing: error.message };
  }
};
