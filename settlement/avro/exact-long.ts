import { types } from "avsc";

/** A number's bytes as Avro has them: zigzag, then seven bits a byte, the lowest first. One buffer for each length. */
const room = Array.from({ length: 9 }, (_, length) => Buffer.alloc(length));

const SMALL = 2 ** 30;
const SEVEN_BITS = 128;

const toBytes = (value: number): Buffer => {
  // Zigzag would double the value and leave the whole numbers that JavaScript has, so the lowest seven bits, the sign
  // among them, are taken first: what remains is at most 2^47.
  const negative = value < 0;
  const size = negative ? -(value + 1) : value;
  const low = ((size % 64) << 1) | (negative ? 1 : 0);
  let rest = Math.floor(size / 64);
  let length = 1;
  for (let left = rest; left > 0; left = Math.floor(left / SEVEN_BITS)) length += 1;
  const bytes = room[length] ?? Buffer.alloc(length);
  bytes[0] = length > 1 ? low | 0x80 : low;
  for (let index = 1; index < length; index++) {
    const bits = rest < SMALL ? rest & 0x7f : rest % SEVEN_BITS;
    rest = Math.floor(rest / SEVEN_BITS);
    bytes[index] = index + 1 < length ? bits | 0x80 : bits;
  }
  return bytes;
};

const fromBytes = (bytes: Buffer): number => {
  const low = bytes[0] ?? 0;
  let size = (low & 0x7f) >> 1;
  let factor = 64;
  for (let index = 1; index < bytes.length; index++) {
    size += ((bytes[index] ?? 0) & 0x7f) * factor;
    factor *= SEVEN_BITS;
  }
  const value = low & 1 ? -size - 1 : size;
  if (!Number.isSafeInteger(value)) throw new RangeError("a number in it is larger than 2^53");
  return value;
};

/**
 * Avro's `long`, exact for every safe integer. avsc's own is not: from 2^52 on it writes an odd number below zero as
 * its neighbour, without a word, and it refuses 2^53 − 1, which an amount may be.
 */
export const exactLong = types.LongType.__with(
  {
    toBuffer: toBytes,
    fromBuffer: fromBytes,
    fromJSON: (value: unknown) => value,
    toJSON: (value: unknown) => value,
    isValid: (value: unknown) => Number.isSafeInteger(value),
    compare: (a: number, b: number) => Math.sign(a - b),
  },
  true,
);
