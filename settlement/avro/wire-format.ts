import type { Type as AvroType } from "avsc";

/**
 * Confluent's wire format: a zero byte, the schema's id as four bytes with the highest first, and the Avro value.
 *
 * A registry counts its ids from 1 up and they fit a Java `int`, so the highest bit of one is never set. Without a
 * registry the id is made from the schema instead: the first four bytes of the SHA-256 of its canonical form, with
 * that bit set. So both kinds can stand in one log, and a registry may be put in later without a new topic.
 */
export const HEADER_BYTES = 5;

const MAGIC = 0;
const MADE_HERE = 0x8000_0000;

/** @example fingerprintId(rowSchemaOf(2).type) // the same in every process, and 2,147,483,648 or more */
export const fingerprintId = (type: AvroType): number =>
  (type.fingerprint("sha256").readUInt32BE(0) | MADE_HERE) >>> 0;

/** Whether an id was made from a schema, and no registry has it. */
export const isFingerprintId = (id: number): boolean => id >= MADE_HERE;

export const writeHeader = (bytes: Buffer, id: number): void => {
  bytes.writeUInt8(MAGIC, 0);
  bytes.writeUInt32BE(id, 1);
};

/** The id of the writer's schema; undefined for what is not in this format. */
export const readHeader = (bytes: Buffer): number | undefined =>
  bytes.length >= HEADER_BYTES && bytes[0] === MAGIC ? bytes.readUInt32BE(1) : undefined;
