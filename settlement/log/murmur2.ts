const M = 0x5bd1e995;
const SEED = 0x9747b28c;

/**
 * The hash by which Kafka's own clients choose a key's partition: murmur2 as Java's client has it. With the same one,
 * a producer in another language puts a payment's records into the same partition, and their order holds.
 */
const murmur2 = (bytes: Uint8Array): number => {
  const length = bytes.length;
  const at = (index: number) => bytes[index] ?? 0;
  let hash = SEED ^ length;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    let word = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
    word = Math.imul(word, M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  const left = length - index;
  if (left === 3) hash ^= at(index + 2) << 16;
  if (left >= 2) hash ^= at(index + 1) << 8;
  if (left >= 1) hash = Math.imul(hash ^ at(index), M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
};

/** @example kafkaPartitionOf(Buffer.from("pay-1"), 8) // as any client of Kafka's that hashes keys would say */
export const kafkaPartitionOf = (key: Uint8Array, partitions: number): number =>
  (murmur2(key) & 0x7fff_ffff) % partitions;
