/** One order of which something that must hold does not. */
export interface Broken {
  readonly invariant: string;
  readonly orderId: string;
  /** What was found, and what was to be found. */
  readonly found: string;
}

/** Counts what was checked, and keeps what did not hold. */
export interface Tally {
  /** `found` is only asked for when it does not hold. */
  check(invariant: string, orderId: string, holds: boolean, found: () => string): void;
  /** How often each invariant was checked and broken, in the order of their first check. */
  readonly counts: ReadonlyMap<string, { readonly checked: number; readonly broken: number }>;
  /** The first of what did not hold. */
  readonly broken: readonly Broken[];
  totals(): { readonly checked: number; readonly broken: number };
}

/** Enough to see what is wrong; the counts go on. */
const KEPT = 1_000;

export const createTally = (): Tally => {
  const counts = new Map<string, { checked: number; broken: number }>();
  const broken: Broken[] = [];
  const sum = (which: "checked" | "broken") =>
    [...counts.values()].reduce((total, count) => total + count[which], 0);
  return {
    counts,
    broken,
    check(invariant, orderId, holds, found) {
      const count = counts.get(invariant) ?? { checked: 0, broken: 0 };
      counts.set(invariant, count);
      count.checked += 1;
      if (holds) return;
      count.broken += 1;
      if (broken.length < KEPT) broken.push({ invariant, orderId, found: found() });
    },
    totals: () => ({ checked: sum("checked"), broken: sum("broken") }),
  };
};
