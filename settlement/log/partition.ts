/**
 * Which partition a key's records stand in. FNV-1a over UTF-16 code units, spread once more at the end: the answer
 * must stay the same for as long as there are records, so it is no runtime's own hash.
 * @example partitionOfKey("pay-1", 8) // always the same of 0 … 7
 */
export const partitionOfKey = (key: string, partitions: number): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % partitions;
};
