import { Worker } from "node:worker_threads";
import type { Log } from "../../actors/ports.ts";
import type { LogRecord } from "../ports.ts";
import { logUnavailable } from "./errors.ts";
import type { ProducerPlan } from "./open-producer.ts";
import { type PackedRecords, packRecords, transferOf } from "./packed-records.ts";
import { fromErrorNote, type ProducerNote, type ProducerRequest } from "./producer-messages.ts";

export interface ThreadedProducer {
  /** Resolves when all in-sync replicas have all of it. @throws LOG_UNAVAILABLE: some of it may be there */
  send(topic: string, records: readonly LogRecord[], partitions: number): Promise<void>;
  /** Once all that is under way has ended. */
  close(): Promise<void>;
}

const REMEDY =
  "Some of the records may be in the log all the same, so produce them again, in a new thread: readers must take one " +
  "twice anyway. If it happens again, see whether memory is short";

const producerScript = new URL("./producer-thread.ts", import.meta.url);

/**
 * Kafka's producer in a thread of its own: while one page is sent, the caller's thread makes the next one. The thread
 * begins with the first send. One that dies fails what it was asked for, and with the next send another one begins,
 * whose producers count from zero as those do that follow a failed one.
 */
export const createThreadedProducer = (
  plan: ProducerPlan,
  log: Log,
  script: URL = producerScript,
): ThreadedProducer => {
  let thread: Thread | undefined;
  return {
    async send(topic, records, partitions) {
      if (thread?.dead()) thread = undefined;
      thread ??= startThread(plan, log, script);
      await thread.send(topic, packRecords(records), partitions);
    },
    async close() {
      const open = thread;
      thread = undefined;
      await open?.close();
    },
  };
};

interface Thread {
  dead(): boolean;
  send(topic: string, records: PackedRecords, partitions: number): Promise<void>;
  close(): Promise<void>;
}

const startThread = (plan: ProducerPlan, log: Log, script: URL): Thread => {
  const worker = new Worker(script, { workerData: plan });
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let count = 0;
  let dead = false;
  let reason: unknown;

  const settle = (id: number) => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    return waiter;
  };
  worker.on("message", (note: ProducerNote) => {
    if (note.kind === "log") log[note.level](note.fields, note.text);
    else if (note.kind === "done") settle(note.id)?.resolve();
    else settle(note.id)?.reject(fromErrorNote(note.error));
  });
  worker.on("error", (error) => {
    reason = error;
  });
  // Not before: what it has still sent must not come into the log after what is produced next.
  worker.on("exit", (code) => {
    dead = true;
    if (waiting.size === 0) return;
    const error = logUnavailable("The thread that produces has ended", REMEDY, reason ?? `exit code ${code}`);
    log.error({ error }, "the thread that produces has ended; another one begins with the next records");
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });

  const ask = (toRequest: (id: number) => ProducerRequest, transfer: ArrayBuffer[] = []): Promise<void> => {
    count += 1;
    // First the message: one that can't be sent must not be waited for.
    worker.postMessage(toRequest(count), transfer);
    const answer = Promise.withResolvers<void>();
    waiting.set(count, answer);
    return answer.promise;
  };

  return {
    dead: () => dead,
    send: (topic, records, partitions) =>
      ask((id) => ({ kind: "send", id, topic, records, partitions }), transferOf(records)),
    async close() {
      // One that died has closed all it had.
      if (!dead) await ask((id) => ({ kind: "close", id })).catch(() => {});
      await worker.terminate();
    },
  };
};
