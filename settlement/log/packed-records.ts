import { Buffer } from "node:buffer";
import type { LogRecord } from "../ports.ts";
import type { ProducedRecord } from "./kafka-batches.ts";

type Headers = NonNullable<LogRecord["headers"]>;

/** Records on their way to another thread: two buffers for all of them, since what crosses one by one is copied so. */
export interface PackedRecords {
  /** Of each record its key, in UTF-8, and its value. What is left at the end is nobody's. */
  readonly bytes: ArrayBuffer;
  /** Of each record the bytes of its key and of its value. */
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** By the record's index: few have any. */
  readonly headers: ReadonlyMap<number, Headers>;
}

/** UTF-8 takes so many bytes, at most, for what is one unit of a text's length. */
const MOST_BYTES = 3;

export const packRecords = (records: readonly LogRecord[]): PackedRecords => {
  const most = records.reduce((sum, { key, value }) => sum + key.length * MOST_BYTES + value.byteLength, 0);
  const bytes = new ArrayBuffer(most);
  const room = Buffer.from(bytes);
  const lengths = new Uint32Array(records.length * 2);
  const headers = new Map<number, Headers>();
  let end = 0;
  for (const [index, record] of records.entries()) {
    const keyLength = room.write(record.key, end);
    room.set(record.value, end + keyLength);
    end += keyLength + record.value.byteLength;
    lengths[index * 2] = keyLength;
    lengths[index * 2 + 1] = record.value.byteLength;
    if (record.headers) headers.set(index, record.headers);
  }
  return { bytes, lengths, headers };
};

/** The buffers that go over to the other thread whole. */
export const transferOf = ({ bytes, lengths }: PackedRecords): ArrayBuffer[] => [bytes, lengths.buffer];

/** The records again. Their keys and values are views of the one buffer. */
export const unpackRecords = ({ bytes, lengths, headers }: PackedRecords): ProducedRecord[] => {
  const view = (begin: number, length: number) => Buffer.from(bytes, begin, length);
  let end = 0;
  return Array.from({ length: lengths.length / 2 }, (_, index) => {
    const [begin, keyLength, valueLength] = [end, lengths[index * 2] ?? 0, lengths[index * 2 + 1] ?? 0];
    end = begin + keyLength + valueLength;
    const record = { key: view(begin, keyLength), value: view(begin + keyLength, valueLength) };
    const own = headers.get(index);
    return own ? { ...record, headers: own } : record;
  });
};
