import { quantileOf } from "../capacity/trend.ts";

/** What one kind of request came to. */
export interface ActionFigures {
  /** Requests that were answered for good. */
  readonly count: number;
  /** All HTTP answers by status, those that only said "not yet" too; `none` where no answer came. */
  readonly replies: Readonly<Record<string, number>>;
  /** From the first try to the answer for good, in ms. */
  readonly p50: number;
  readonly p99: number;
}

/** Counts replies and takes times, by action. */
export interface Meter {
  reply(action: string, status: number | "none"): void;
  answered(action: string, ms: number): void;
  figures(): ReadonlyMap<string, ActionFigures>;
}

export const createMeter = (): Meter => {
  const actions = new Map<string, { replies: Record<string, number>; times: number[] }>();
  const of = (action: string) => {
    const found = actions.get(action) ?? { replies: {}, times: [] };
    actions.set(action, found);
    return found;
  };
  return {
    reply(action, status) {
      const { replies } = of(action);
      replies[status] = (replies[status] ?? 0) + 1;
    },
    answered: (action, ms) => void of(action).times.push(ms),
    figures: () =>
      new Map(
        [...actions].map(([action, { replies, times }]) => {
          const sorted = times.toSorted((a, b) => a - b);
          const at = (share: number) => (sorted.length === 0 ? 0 : quantileOf(sorted, share));
          return [action, { count: times.length, replies, p50: at(0.5), p99: at(0.99) }];
        }),
      ),
  };
};
