import { altered, lengthOf, pageOf, type Seen, type Stretch, window } from "./list.ts";
import type { SettlementQuery } from "./query.ts";
import type { Quirk } from "./quirks.ts";

/** The armed quirks, and a page as they leave it. */
export interface QuirkBook {
  arm(quirk: Quirk): void;
  disarm(): void;
  /**
   * The body of a page of a list of `rows` rows; counts as a call of that list.
   * @param text the row at a true position, as JSON
   */
  page(query: SettlementQuery, rows: number, text: (index: number) => string): string;
}

const nothingSeen: Seen = { calls: 0, ofItsPage: 0 };

export function createQuirks(): QuirkBook {
  let armed: { quirk: Quirk; seen: Map<string, Seen> }[] = [];

  return {
    arm: (quirk) => void armed.push({ quirk, seen: new Map() }),
    disarm() {
      armed = [];
    },
    page(query, rows, text) {
      const { page, size, startDate, endDate, dateType } = query;
      const name = `${dateType} ${startDate} ${endDate}`;
      const own = armed
        .filter(({ quirk }) => (quirk.date ?? startDate) === startDate)
        .map(({ quirk, seen }) => ({ quirk, book: seen, seen: seen.get(name) ?? nothingSeen }));
      for (const { quirk, book, seen } of own) {
        book.set(name, {
          calls: seen.calls + 1,
          ofItsPage: seen.ofItsPage + (pageOf(quirk) === page ? 1 : 0),
        });
      }

      const whole: readonly Stretch[] = [{ from: 0, count: rows }];
      const list = own.reduce((sofar, { quirk, seen }) => altered(sofar, quirk, seen, size), whole);
      const offset = (page - 1) * size;
      const pastEnd = offset >= lengthOf(list);
      if (pastEnd && own.some(({ quirk }) => quirk.kind === "emptyBody")) return "";

      const there = Math.max(0, Math.min(size, lengthOf(list) - offset));
      const shown = own.reduce((left, { quirk, seen }) => kept(left, quirk, seen, page), there);
      const texts = window(list, offset, shown).flatMap(({ from, count }) =>
        Array.from({ length: count }, (_, i) => text(from + i)),
      );
      for (const { quirk } of own) {
        if (quirk.kind !== "malformedRow") continue;
        const row = texts[quirk.index - offset];
        if (row !== undefined) texts[quirk.index - offset] = flawed(row, quirk);
      }
      return `[${texts.join(",")}]`;
    },
  };
}

/** How many of a page's `rows` a quirk leaves. */
function kept(rows: number, quirk: Quirk, seen: Seen, page: number): number {
  if (quirk.kind === "pageShrinks" && quirk.page === page && seen.ofItsPage > 0)
    return Math.max(0, rows - quirk.by);
  if (quirk.kind === "emptyFirstPage" && page === 1 && seen.ofItsPage < (quirk.times ?? 1)) return 0;
  return rows;
}

/** The row without the field, or with what no reader expects in it. */
function flawed(text: string, { field = "amount", flaw }: Extract<Quirk, { kind: "malformedRow" }>): string {
  const row: Record<string, unknown> = JSON.parse(text);
  const { [field]: value, ...rest } = row;
  if (flaw === "missing") return JSON.stringify(rest);
  return JSON.stringify({ ...rest, [field]: typeof value === "number" ? `${value}원` : 42 });
}
