import { Buffer } from "node:buffer";
import type { Message } from "kafkajs";
import { TerminalSettlementError } from "../errors.ts";
import type { LogRecord } from "../ports.ts";
import { kafkaPartitionOf } from "./murmur2.ts";

/**
 * Most bytes of one partition in one request. kafkajs puts all of them into one batch of records, and brokers refuse
 * batches of more than 1 MiB (`message.max.bytes`) unless told otherwise.
 */
const BATCH_BYTES = 900_000;

/**
 * Most records of one partition in one request. kafkajs sorts records into partitions by copying what a partition has
 * so far for each one more: at some thousand of them that takes it longer than all the rest. Measured with 6
 * partitions, rows a second: 91,000 at 150, 102,000 at 300, 98,000 at 600, 78,000 without a limit.
 */
const BATCH_RECORDS = 300;

/** What a record takes beside its key, value and headers, at most. */
const RECORD_BYTES = 32;

/**
 * Records as kafkajs' messages, in as many requests as the brokers' limit asks for. Each says its partition, so that a
 * request that is sent again is the same request even when partitions were added meanwhile: the brokers recognise a
 * repeated batch by its number and length alone.
 *
 * @throws TerminalSettlementError CONFIG_INVALID for a record that no request can carry
 */
export const toBatches = (records: readonly LogRecord[], partitions: number): Message[][] => {
  const batches: Message[][] = [];
  let batch: Message[] = [];
  let filled = fillOf(partitions);
  for (const { key, value, headers } of records) {
    const keyBytes = Buffer.from(key);
    const partition = kafkaPartitionOf(keyBytes, partitions);
    const size = keyBytes.length + value.byteLength + sizeOf(headers) + RECORD_BYTES;
    if (size > BATCH_BYTES) throw tooLarge(key, size);
    if (!filled.add(partition, size)) {
      batches.push(batch);
      batch = [];
      filled = fillOf(partitions);
      filled.add(partition, size);
    }
    batch.push({
      key: keyBytes,
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      partition,
      ...(headers && { headers: { ...headers } }),
    });
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
};

/** How full a request is, by partition. */
const fillOf = (partitions: number) => {
  const bytes = new Array<number>(partitions).fill(0);
  const records = new Array<number>(partitions).fill(0);
  return {
    /** False when one more of that size does not fit; it is not counted then. */
    add(partition: number, size: number): boolean {
      const [allBytes, allRecords] = [(bytes[partition] ?? 0) + size, (records[partition] ?? 0) + 1];
      if (allBytes > BATCH_BYTES || allRecords > BATCH_RECORDS) return false;
      bytes[partition] = allBytes;
      records[partition] = allRecords;
      return true;
    },
  };
};

const sizeOf = (headers: LogRecord["headers"]): number =>
  Object.entries(headers ?? {}).reduce(
    (size, [name, text]) => size + (name.length + text.length) * 3 + 10,
    0,
  );

const tooLarge = (key: string, size: number) =>
  new TerminalSettlementError("CONFIG_INVALID", {
    message:
      `A record of ${size} bytes with the key ${key} is larger than Kafka takes (${BATCH_BYTES}). None of the records ` +
      "that came with it were produced. Put it aside and see where it came from.",
  });
