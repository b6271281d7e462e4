import type { EachBatchPayload, KafkaMessage } from "kafkajs";
import type { Log } from "../../actors/ports.ts";
import type { RecordLog, StoredRecord } from "../ports.ts";
import { type Backoff, deliver } from "./deliver.ts";

export interface BatchOptions {
  readonly handle: Parameters<RecordLog["consume"]>[1];
  readonly maxBatch: number;
  readonly signal: AbortSignal;
  readonly heartbeatMs: number;
  readonly backoff: Backoff;
  readonly log: Log;
}

/**
 * Hands over what one fetch brought of one partition, `maxBatch` records at a time, and stores the offset after each
 * of them. While the handler works, the group is told that this member lives.
 *
 * It ends early, its last records unstored, when it is told to stop or when the partition is no longer this member's:
 * they come again, here or at whoever has it now.
 *
 * @throws TerminalSettlementError from the handler, and what kafkajs throws to have the group joined anew
 */
export const handleBatch = async (payload: EachBatchPayload, options: BatchOptions): Promise<void> => {
  const { batch, heartbeat, isRunning, isStale, resolveOffset, commitOffsetsIfNecessary } = payload;
  const { handle, maxBatch, signal, heartbeatMs, backoff, log } = options;
  const { topic, partition, messages } = batch;

  for (let begin = 0; begin < messages.length; begin += maxBatch) {
    if (signal.aborted || !isRunning() || isStale()) return;
    const slice = messages.slice(begin, begin + maxBatch);
    const last = slice.at(-1);
    if (!last) return;
    const pulse = startPulse(heartbeat, heartbeatMs);
    try {
      const records = slice.map((message) => toStored(message, partition));
      if (!(await deliver(records, { handle, signal: pulse.until(signal), backoff, log }))) {
        // Lost the group while trying: whoever has the partition now tries on.
        await pulse.rethrow();
        return;
      }
    } finally {
      pulse.stop();
    }
    const next = String(BigInt(last.offset) + 1n);
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next }] }] });
    resolveOffset(last.offset);
    // After the offset is stored, so that the member that takes over begins where this one ended.
    await pulse.rethrow();
    await heartbeat();
  }
};

/** Tells the group that this member lives, and notes when the group no longer has it as it was. */
const startPulse = (heartbeat: () => Promise<void>, everyMs: number) => {
  const lost = new AbortController();
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => {
      clearInterval(timer);
      lost.abort(error);
    });
  }, everyMs);
  return {
    /** Given at the first of the two: told to stop, or lost. */
    until: (signal: AbortSignal) => AbortSignal.any([signal, lost.signal]),
    stop: () => clearInterval(timer),
    /** Throws what the heartbeat was refused with, which makes kafkajs join the group anew. */
    async rethrow() {
      if (lost.signal.aborted) throw lost.signal.reason;
    },
  };
};

const toStored = ({ key, value, headers, offset }: KafkaMessage, partition: number): StoredRecord => {
  const entries = Object.entries(headers ?? {});
  return {
    key: key?.toString() ?? "",
    value: value ?? new Uint8Array(),
    ...(entries.length > 0 && {
      headers: Object.fromEntries(entries.map(([name, text]) => [name, (text ?? "").toString()])),
    }),
    partition,
    offset,
  };
};
