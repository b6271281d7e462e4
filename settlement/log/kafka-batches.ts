import { Buffer } from "node:buffer";
import { TerminalSettlementError } from "../errors.ts";
import type { LogRecord } from "../ports.ts";
import { kafkaPartitionOf } from "./murmur2.ts";

/** A message of kafkajs' with its place. */
export interface PlacedMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly partition: number;
  readonly headers?: Record<string, string>;
}

/**
 * Most bytes of one partition in one request. kafkajs puts all of them into one batch of records, and brokers refuse
 * batches of more than 1 MiB (`message.max.bytes`) unless told otherwise.
 */
const BATCH_BYTES = 900_000;

/**
 * Most records of one partition in one request. kafkajs sorts records into partitions by copying what a partition has
 * so far for each one more: at some thousand of them that takes it longer than all the rest. Measured with 6
 * partitions, processor time a row, its encoding included: 13.9 µs at 100, 13.3 at 150, 15.2 at 200, 15.7 at 300.
 */
const BATCH_RECORDS = 150;

/** What a record takes beside its key, value and headers, at most. */
const RECORD_BYTES = 32;

/**
 * Records as kafkajs' messages. Each says its partition, so that a request that is sent again is the same request even
 * when partitions were added meanwhile: the brokers recognise a repeated batch by its number and length alone.
 *
 * @throws TerminalSettlementError CONFIG_INVALID for a record that no request can carry
 */
export const toMessages = (records: readonly LogRecord[], partitions: number): PlacedMessage[] =>
  records.map(({ key, value, headers }) => {
    const keyBytes = Buffer.from(key);
    const size = keyBytes.length + value.byteLength + sizeOf(headers) + RECORD_BYTES;
    if (size > BATCH_BYTES) throw tooLarge(key, size);
    return {
      key: keyBytes,
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      partition: kafkaPartitionOf(keyBytes, partitions),
      ...(headers && { headers: { ...headers } }),
    };
  });

/** Messages in as many requests as the limits ask for, in their order. */
export const toRequests = (messages: readonly PlacedMessage[]): PlacedMessage[][] => {
  const requests: PlacedMessage[][] = [];
  let request: PlacedMessage[] = [];
  let fill = createFill();
  for (const message of messages) {
    if (!fill.add(message)) {
      requests.push(request);
      request = [];
      fill = createFill();
      fill.add(message);
    }
    request.push(message);
  }
  if (request.length > 0) requests.push(request);
  return requests;
};

/** @example toBatches(records, 6) // the requests' messages */
export const toBatches = (records: readonly LogRecord[], partitions: number): PlacedMessage[][] =>
  toRequests(toMessages(records, partitions));

/** How full a request is, by partition. */
const createFill = () => {
  const bytes = new Map<number, number>();
  const records = new Map<number, number>();
  return {
    /** False when one more does not fit; it is not counted then. */
    add({ partition, key, value, headers }: PlacedMessage): boolean {
      const size = key.length + value.length + sizeOf(headers) + RECORD_BYTES;
      const allBytes = (bytes.get(partition) ?? 0) + size;
      const allRecords = (records.get(partition) ?? 0) + 1;
      if (allBytes > BATCH_BYTES || allRecords > BATCH_RECORDS) return false;
      bytes.set(partition, allBytes);
      records.set(partition, allRecords);
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
