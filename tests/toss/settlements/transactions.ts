import type { TransactionQuery } from "./query.ts";
import type { TransactionSource } from "./sources.ts";

/**
 * A page of several sources as one list, oldest first; what is equally old stands in the order of the sources.
 *
 * @returns null when `startingAfter` is no transaction's key
 */
export function transactionPage(
  sources: readonly TransactionSource[],
  query: TransactionQuery,
): string[] | null {
  const { start, end, startingAfter, limit } = query;
  const next = sources.map((source) => firstAt(source, start));
  const ends = sources.map((source) => firstAfter(source, end));

  if (startingAfter !== null) {
    const own = sources.findIndex((source) => source.indexOf(startingAfter) !== null);
    const source = sources[own];
    const index = source?.indexOf(startingAfter) ?? null;
    if (source === undefined || index === null) return null;
    const time = source.at(index);
    for (const [i, other] of sources.entries()) {
      const behind = i === own ? index + 1 : i < own ? firstAfter(other, time) : firstAt(other, time);
      next[i] = Math.max(next[i] ?? 0, behind);
    }
  }

  const texts: string[] = [];
  while (texts.length < limit) {
    const oldest = sourceOfOldest(sources, next, ends);
    const source = sources[oldest];
    if (source === undefined) break;
    const index = next[oldest] ?? 0;
    texts.push(source.text(index));
    next[oldest] = index + 1;
  }
  return texts;
}

/** Which source has the oldest of what is left; −1 when nothing is. */
function sourceOfOldest(
  sources: readonly TransactionSource[],
  next: readonly number[],
  ends: readonly number[],
): number {
  const left = [...sources.keys()].filter((i) => (next[i] ?? 0) < (ends[i] ?? 0));
  if (left.length < 2) return left[0] ?? -1;
  const timeOf = (i: number) => sources[i]?.at(next[i] ?? 0) ?? "";
  return left.reduce((oldest, i) => (timeOf(i) < timeOf(oldest) ? i : oldest));
}

const firstAt = (source: TransactionSource, time: string) => firstWhere(source, (at) => at >= time);
const firstAfter = (source: TransactionSource, time: string) => firstWhere(source, (at) => at > time);

/** The first index whose time is `late`, by halving; `count` when none is. */
function firstWhere({ count, at }: TransactionSource, late: (at: string) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (late(at(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}
