import { Buffer } from "node:buffer";
import { TerminalSettlementError } from "../errors.ts";
import type { LogRecord } from "../ports.ts";
import { kafkaPartitionOf } from "./murmur2.ts";

/** A record to be produced; its key may be in bytes already. */
export type ProducedRecord = Omit<LogRecord, "key"> & { readonly key: string | Buffer };

/** A record as both client libraries take it, with its place. */
export interface PlacedMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly partition: number;
  /** Bytes that it takes in a request, at most. */
  readonly size: number;
  readonly headers?: Record<string, string>;
}

/**
 * Most bytes of one partition in one request. Both libraries put all of them into one batch of records, and brokers
 * refuse batches of more than 1 MiB (`message.max.bytes`) unless told otherwise.
 */
const BATCH_BYTES = 900_000;

/** What a record takes beside its key, value and headers, at most. */
const RECORD_BYTES = 32;

/**
 * Records as messages. Each says its partition, so that a request that is sent again is the same request even when
 * partitions were added meanwhile: the brokers recognise a repeated batch by its number and length alone.
 *
 * @throws TerminalSettlementError CONFIG_INVALID for a record that no request can carry
 */
export const toMessages = (records: readonly ProducedRecord[], partitions: number): PlacedMessage[] =>
  records.map(({ key, value, headers }) => {
    const keyBytes = typeof key === "string" ? Buffer.from(key) : key;
    const size = keyBytes.length + value.byteLength + (headers ? sizeOf(headers) : 0) + RECORD_BYTES;
    if (size > BATCH_BYTES) throw tooLarge(key, size);
    return {
      key: keyBytes,
      value: Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      partition: kafkaPartitionOf(keyBytes, partitions),
      size,
      ...(headers && { headers: { ...headers } }),
    };
  });

/** Messages in as many requests as the limits ask for, in their order. `mostRecords`: of a partition, in a request. */
export const toRequests = (
  messages: readonly PlacedMessage[],
  mostRecords = Number.POSITIVE_INFINITY,
): PlacedMessage[][] => {
  const requests: PlacedMessage[][] = [];
  let request: PlacedMessage[] = [];
  let fill = createFill(mostRecords);
  for (const message of messages) {
    if (!fill.add(message)) {
      requests.push(request);
      request = [];
      fill = createFill(mostRecords);
      fill.add(message);
    }
    request.push(message);
  }
  if (request.length > 0) requests.push(request);
  return requests;
};

/** How full a request is, by partition. */
const createFill = (mostRecords: number) => {
  const bytes: number[] = [];
  const records: number[] = [];
  return {
    /** False when one more does not fit; it is not counted then. */
    add({ partition, size }: PlacedMessage): boolean {
      const allBytes = (bytes[partition] ?? 0) + size;
      const allRecords = (records[partition] ?? 0) + 1;
      if (allBytes > BATCH_BYTES || allRecords > mostRecords) return false;
      bytes[partition] = allBytes;
      records[partition] = allRecords;
      return true;
    },
  };
};

const sizeOf = (headers: NonNullable<LogRecord["headers"]>): number =>
  Object.entries(headers).reduce((size, [name, text]) => size + (name.length + text.length) * 3 + 10, 0);

const tooLarge = (key: string | Buffer, size: number) =>
  new TerminalSettlementError("CONFIG_INVALID", {
    message:
      `A record of ${size} bytes with the key ${key} is larger than Kafka takes (${BATCH_BYTES}). None of the records ` +
      "that came with it were produced. Put it aside and see where it came from.",
  });
