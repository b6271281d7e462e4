/** Keys fall into so many buckets; each is compared by its count and sum of hashes. 1.2 MB, whatever the number of keys. */
const BUCKETS = 65_536;
/** Most keys that are held as they are, a few MB. */
const MAX_HELD = 100_000;

/** A set of keys, kept as digests but for some buckets whose keys are kept as they are. */
export interface KeyTally {
  add(key: string): void;
  readonly counts: Uint32Array;
  readonly sums: BigUint64Array;
  /** The keys of the buckets that were asked for. Undefined when they were too many to hold. */
  held(): ReadonlyMap<number, ReadonlySet<string>> | undefined;
}

/** `watched`: the buckets whose keys are to be held. */
export const createKeyTally = (watched: ReadonlySet<number>): KeyTally => {
  const counts = new Uint32Array(BUCKETS);
  const sums = new BigUint64Array(BUCKETS);
  const sets = new Map([...watched].map((bucket) => [bucket, new Set<string>()]));
  let room = MAX_HELD;

  return {
    counts,
    sums,
    add(key) {
      const bucket = Number(Bun.hash.xxHash64(key, BUCKET_SEED) & 0xffffn);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      // The array itself keeps it below 2^64.
      sums[bucket] = (sums[bucket] ?? 0n) + Bun.hash.xxHash64(key, SUM_SEED);
      const set = sets.get(bucket);
      if (!set || set.has(key) || room === 0) return;
      set.add(key);
      room -= 1;
    },
    held: () => (room > 0 ? sets : undefined),
  };
};

const BUCKET_SEED = 1n;
const SUM_SEED = 2n;

export interface KeyComparison {
  /** Buckets that differ and whose keys are not held: watch them, and compare once more. */
  readonly suspects: ReadonlySet<number>;
  /** Of the held buckets: keys that are in the list and not among the rows, and the other way round. */
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/**
 * Compares two sets in the memory of their digests. A key that one of them names twice makes its bucket a suspect, and
 * no difference once the bucket's keys are held.
 */
export const compareKeys = (rows: KeyTally, list: KeyTally): KeyComparison => {
  const rowSets = rows.held();
  const listSets = list.held();
  const suspects = new Set<number>();
  const missing: string[] = [];
  const unexpected: string[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (rows.counts[bucket] === list.counts[bucket] && rows.sums[bucket] === list.sums[bucket]) continue;
    const [inRows, inList] = [rowSets?.get(bucket), listSets?.get(bucket)];
    if (!inRows || !inList) suspects.add(bucket);
    else {
      missing.push(...[...inList].filter((key) => !inRows.has(key)));
      unexpected.push(...[...inRows].filter((key) => !inList.has(key)));
    }
  }
  return { suspects, missing, unexpected };
};

/** As many of the suspects as can be held, going by how many keys they have. */
export const holdable = (suspects: ReadonlySet<number>, rows: KeyTally, list: KeyTally): Set<number> => {
  const held = new Set<number>();
  let room = MAX_HELD / 2;
  for (const bucket of suspects) {
    room -= Math.max(rows.counts[bucket] ?? 0, list.counts[bucket] ?? 0);
    if (room < 0) break;
    held.add(bucket);
  }
  return held;
};
