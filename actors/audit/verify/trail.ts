import { type AuditRecord, entryOf, type Head, recordHash } from "../record.ts";
import { type Finding, findingOf } from "./finding.ts";

/** A place in the trail, as it is kept elsewhere: `n:hash`. */
export interface TrailHead {
  readonly n: number;
  readonly hash: string;
}

export interface TrailCheck {
  /** Takes the next records, in the order of their numbers. */
  take(records: readonly AuditRecord[]): Finding[];
  /** What only the end of the trail can tell. */
  end(): Finding[];
  readonly newest: TrailHead | undefined;
  readonly counts: { readonly facts: number; readonly seals: number; readonly lostFacts: number };
}

/** Checks a trail record by record; each seal's heads go to `onHeads`. */
export const createTrailCheck = (
  kept: readonly TrailHead[],
  onHeads: (n: number, heads: readonly Head[]) => void,
): TrailCheck => {
  let newest: TrailHead | undefined;
  const counts = { facts: 0, seals: 0, lostFacts: 0 };
  const missing = new Map(kept.map((head) => [`${head.n}:${head.hash}`, head]));
  const foundAt = new Map<number, string>();

  const takeOne = (record: AuditRecord): Finding[] => {
    const { n, prev, hash } = record;
    const findings: Finding[] = [];
    const next = (newest?.n ?? 0) + 1;
    if (n !== next) {
      findings.push(findingOf("TRAIL_GAP", { n: next, expected: `record ${next}`, found: `record ${n}` }));
    } else if (prev !== (newest?.hash ?? "")) {
      findings.push(
        findingOf("TRAIL_BROKEN", {
          n,
          expected: `after ${newest?.hash ?? "nothing"}`,
          found: `after ${prev}`,
        }),
      );
    }
    const expected = recordHash(record);
    if (hash !== expected) findings.push(findingOf("TRAIL_BROKEN", { n, expected, found: hash }));
    newest = { n, hash };
    missing.delete(`${n}:${hash}`);
    if (kept.some((head) => head.n === n)) foundAt.set(n, hash);

    const entry = entryOf(record);
    if (entry?.kind === "fact") counts.facts += entry.count ?? 1;
    if (entry?.kind === "lost") counts.lostFacts += entry.facts;
    if (entry?.kind === "seal") {
      counts.seals += 1;
      onHeads(n, entry.heads);
    }
    return findings;
  };

  return {
    take: (records) => records.flatMap(takeOne),
    end: () =>
      [...missing.values()].map(({ n, hash }) =>
        findingOf("KEPT_HEAD_NOT_FOUND", { n, expected: hash, found: foundAt.get(n) ?? "no such record" }),
      ),
    get newest() {
      return newest;
    },
    counts,
  };
};
