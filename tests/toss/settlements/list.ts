import type { Quirk } from "./quirks.ts";

/** A stretch of a list's true positions. A list that quirks have been at is stretches, one after the other. */
export interface Stretch {
  readonly from: number;
  readonly count: number;
}

/** What a quirk has seen of one list since it was armed. */
export interface Seen {
  /** Calls of the list that were answered. */
  readonly calls: number;
  /** Of these, calls of the page that the quirk is about. */
  readonly ofItsPage: number;
}

/** Positions `offset` to `offset + count` of the list: which true positions stand there. */
export function window(list: readonly Stretch[], offset: number, count: number): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  for (const stretch of list) {
    const from = Math.max(offset, start);
    const to = Math.min(offset + count, start + stretch.count);
    if (to > from) found.push({ from: stretch.from + from - start, count: to - from });
    start += stretch.count;
  }
  return found;
}

export const lengthOf = (list: readonly Stretch[]): number =>
  list.reduce((total, { count }) => total + count, 0);

/** The list as `quirk` makes it; the same one where the quirk is not about which rows stand where. */
export function altered(
  list: readonly Stretch[],
  quirk: Quirk,
  seen: Seen,
  size: number,
): readonly Stretch[] {
  const length = lengthOf(list);
  if (length === 0) return list;
  const first = (count: number) => window(list, 0, count);
  const after = (count: number) => window(list, count, length);
  switch (quirk.kind) {
    case "rowInserted":
      return seen.ofItsPage === 0 ? first(length - 1) : [...after(length - 1), ...first(length - 1)];
    case "rowRemoved":
      return seen.ofItsPage === 0 ? list : after(1);
    case "rowMoved":
      return seen.ofItsPage === 0 ? list : [...after(1), ...first(1)];
    case "rowTwice": {
      const end = quirk.page * size;
      return length < end ? list : [...first(end), ...window(list, end - 1, 1), ...after(end)];
    }
    case "rowsLate":
      return seen.calls < quirk.afterCalls ? first(Math.max(0, length - quirk.rows)) : list;
    default:
      return list;
  }
}

/** The page that a quirk waits for or strikes; null when it is about none. */
export const pageOf = (quirk: Quirk): number | null => {
  if ("afterPage" in quirk) return quirk.afterPage;
  if ("page" in quirk) return quirk.page;
  return quirk.kind === "emptyFirstPage" ? 1 : null;
};
