import type { Consumer, Kafka } from "kafkajs";
import type { Log } from "../../actors/ports.ts";
import { TerminalSettlementError } from "../errors.ts";
import type { Consumption, RecordLog } from "../ports.ts";
import type { Backoff } from "./deliver.ts";
import { asLogError } from "./errors.ts";
import { handleBatch } from "./kafka-batch.ts";
import { pause } from "./pause.ts";

export interface ConsumerSettings {
  /** How long the group waits for a sign of life before it gives a member's partitions to others. In ms. */
  readonly sessionMs: number;
  /** How long the group waits for members to finish their batch when its partitions are shared out anew. In ms. */
  readonly rebalanceMs: number;
  readonly backoff: Backoff;
  readonly log: Log;
}

type Consume = Parameters<RecordLog["consume"]>;

/** How long a broker may hold back its answer while there are no records: a stop waits that long at most. */
const FETCH_WAIT_MS = 500;
const REMEDY =
  "Nothing was consumed. See that Kafka runs, that KAFKA_BROKERS is right and that KAFKA_USER may use topic and group";

/**
 * One member of a group. kafkajs gives up on some failures and silently stays away then, so a consumer that crashed
 * is thrown away and another one begun, for as long as nobody stops it.
 * @throws LOG_UNAVAILABLE when not even the first one can connect
 */
export const startKafkaConsumer = async (
  createClient: () => Kafka,
  { topic, group, maxBatch }: Consume[0],
  handle: Consume[1],
  { sessionMs, rebalanceMs, backoff, log }: ConsumerSettings,
): Promise<Consumption> => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const heartbeatMs = Math.floor(sessionMs / 3);

  const open = async (): Promise<Consumer> => {
    // A client of its own: one remembers the offsets of its groups, and would not see those that others have stored.
    const consumer = createClient().consumer({
      groupId: group,
      sessionTimeout: sessionMs,
      rebalanceTimeout: rebalanceMs,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: Math.min(FETCH_WAIT_MS, heartbeatMs),
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => false },
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      return consumer;
    } catch (error) {
      await consumer.disconnect().catch(() => {});
      throw asLogError(error, "Kafka can't be reached", REMEDY);
    }
  };

  /** Runs one consumer until it crashed, was told to stop, or met what trying again can't mend: then it throws that. */
  const runOne = async (consumer: Consumer): Promise<void> => {
    const end = Promise.withResolvers<void>();
    let terminal: TerminalSettlementError | undefined;
    const finish = () => end.resolve();
    signal.addEventListener("abort", finish);
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      log.warn({ error: payload.error, topic, group }, "a consumer crashed; another one begins");
      finish();
    });
    try {
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        async eachBatch(payload) {
          if (terminal) return;
          try {
            await handleBatch(payload, { handle, maxBatch, signal, heartbeatMs, backoff, log });
          } catch (error) {
            // Not thrown on: kafkajs would bring the records again.
            if (!(error instanceof TerminalSettlementError)) throw error;
            terminal = error;
            finish();
          }
        },
      });
      await end.promise;
    } finally {
      signal.removeEventListener("abort", finish);
      // Waits for the batch in hand, and leaves the group, so that others need not wait for this one to time out.
      await consumer.disconnect().catch(() => {});
    }
    if (terminal) throw terminal;
  };

  const first = await open();
  const run = async (): Promise<void> => {
    let consumer: Consumer | undefined = first;
    for (let waitMs = backoff.firstMs; ; waitMs = Math.min(waitMs * 2, backoff.longestMs)) {
      if (consumer) {
        const since = Date.now();
        await runOne(consumer);
        if (Date.now() - since > sessionMs) waitMs = backoff.firstMs;
      }
      await pause(waitMs * (0.5 + Math.random() / 2), signal);
      if (signal.aborted) return;
      consumer = await open().catch((error: unknown) => {
        log.warn({ error, topic, group, waitMs }, "Kafka can't be reached; trying again");
        return undefined;
      });
    }
  };

  const ended = run();
  ended.catch((error: unknown) =>
    log.error({ error, topic, group }, "a consumer has ended: its records wait"),
  );
  return {
    ended,
    async stop() {
      stopping.abort();
      await ended.catch(() => {});
    },
  };
};
