import { createKafkaLog } from "../../settlement/log.kafka.ts";
import type { LogRecord } from "../../settlement/ports.ts";
import { within } from "./interrupt.ts";
import type { OwnTopics } from "./topics.ts";
import { medianOf } from "./trend.ts";

/** How long the broker takes for one record when it has nothing else of ours to do: the median, ms. */
export interface IdleLatency {
  readonly plainMs: number;
  /** The same where it has to bring each record to its disk first. Undefined when it refuses such a topic. */
  readonly flushedMs: number | undefined;
}

const TRIES = 60;
const WARM_UP = 10;
const MOST_MS = 10_000;

/**
 * Sends single records, one after another. Kafka acknowledges what its replicas have in memory: a topic with
 * `flush.messages=1` shows, by the difference, what its disk takes for one flush.
 */
export const probeIdle = async (
  brokers: readonly string[],
  topics: OwnTopics,
  record: LogRecord,
  signal: AbortSignal,
): Promise<IdleLatency> => {
  const log = createKafkaLog({ brokers, clientId: "jumun-capacity" });
  const latencyOf = async (topic: string): Promise<number> => {
    const took: number[] = [];
    const until = performance.now() + MOST_MS;
    while (took.length < WARM_UP + TRIES && performance.now() < until) {
      const since = performance.now();
      await within(signal, log.produce(topic, [record]));
      took.push(performance.now() - since);
    }
    return medianOf(took.slice(took.length > WARM_UP ? WARM_UP : 0));
  };
  try {
    const plain = await topics.make("idle", 1);
    const plainMs = await latencyOf(plain.name);
    const flushed = await topics.make("flushed", 1, { "flush.messages": "1" }).catch(() => undefined);
    return { plainMs, flushedMs: flushed && (await latencyOf(flushed.name)) };
  } finally {
    await Promise.race([log.close(), Bun.sleep(MOST_MS)]);
  }
};
