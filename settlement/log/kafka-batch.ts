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

  // Thrown when the group is no longer as it was when these were fetched.
  await heartbeat();
  for (let begin = 0; begin < messages.length; begin += maxBatch) {
    if (signal.aborted || !isRunning() || isStale()) return;
    const slice = messages.slice(begin, begin + maxBatch);
    const last = slice.at(-1);
    if (!last) return;
    const pulse = startPulse(heartbeat, heartbeatMs);
    try {
      const records = slice.map((message) => toStored(message, partition));
      if (!(await deliver(records, { handle, signal: pulse.until(signal), backoff, log }))) {
        // Refused while trying: whoever has the partition next tries on.
        pulse.rethrow();
        return;
      }
    } finally {
      pulse.stop();
    }
    const next = String(BigInt(last.offset) + 1n);
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next }] }] });
    resolveOffset(last.offset);
    // After the offset is stored, so that the member that takes over begins where this one ended.
    pulse.rethrow();
    await heartbeat();
  }
};

/**
 * Tells the group that this member lives, as long as the batch takes. A refusal is noted: the group is about to be
 * shared out anew, or has already been. The signs of life go on all the same, since in the first case the group waits
 * for this member to finish, unless it seems dead.
 */
const startPulse = (heartbeat: () => Promise<void>, everyMs: number) => {
  const refused = new AbortController();
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => refused.abort(error));
  }, everyMs);
  return {
    /** Given at the first of the two: told to stop, or refused. */
    until: (signal: AbortSignal) => AbortSignal.any([signal, refused.signal]),
    stop: () => clearInterval(timer),
    /** Throws the refusal, which makes kafkajs join the group anew. */
    rethrow() {
      if (refused.signal.aborted) throw refused.signal.reason;
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
