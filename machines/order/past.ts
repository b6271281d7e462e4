import type { Instant } from "../instant.ts";
import type { Krw } from "../money.ts";
import { activeQuantity, type OrderLine } from "./lines.ts";
import {
  beginReplay,
  type PastCancellation,
  type PastEntry,
  type PastPayment,
  type PresentOrder,
  type Replay,
  replay,
} from "./replay.ts";
import type { OrderState } from "./state.ts";

/** Pieces of a line by where they were; they add up to `quantity`. */
export interface PastLine extends OrderLine {
  readonly active: number;
}

/** An order as it stood right after the event `seq`. Amounts in KRW. */
export interface Past {
  readonly seq: number;
  /** When it came to stand so; null before the first event. */
  readonly at: Instant | null;
  readonly state: OrderState;
  readonly lines: readonly PastLine[];
  readonly totalAmount: Krw;
  readonly refundedAmount: Krw;
  /** Captured less refunded; zero while unpaid. */
  readonly balance: Krw;
  readonly payments: readonly PastPayment[];
  readonly cancellations: readonly PastCancellation[];
}

/** The past of one order, for who looks at many of its steps. */
export interface PastOrder {
  /** The order after the event `seq`; a seq beyond the newest means the newest, one below the first the order as placed. */
  at(seq: number): Past;
}

/**
 * How an order stood at each step, told from its history alone; today's order gives what no event repeats (products,
 * prices, payment keys). Each entry is read once, when a step at or after it is first asked for.
 *
 * `entries` is the history without gaps, oldest first. No machine runs, so a browser can have this in a few kilobytes.
 * Never throws: what an older release did not record is shown as well as it can be told.
 * @example createPast(order, entries).at(3).lines // where each piece was after the third event
 */
export const createPast = (today: PresentOrder, entries: readonly PastEntry[]): PastOrder => {
  const steps: Replay[] = [beginReplay(today)];
  const first = entries[0]?.seq ?? 1;

  /** After the first `count` entries. */
  const after = (count: number): Replay => {
    let step = steps.at(-1) as Replay;
    while (steps.length <= count) {
      step = replay(step, entries[steps.length - 1] as PastEntry, today);
      steps.push(step);
    }
    return steps[count] as Replay;
  };

  return {
    at(seq) {
      const count = Math.max(0, Math.min(entries.length, (Math.trunc(seq) || 0) - first + 1));
      return show(after(count), entries[count - 1], today);
    },
  };
};

/** How an order stood after the event `seq`; see {@link createPast}, which is better for more than one step. */
export const orderAt = (today: PresentOrder, entries: readonly PastEntry[], seq: number): Past =>
  createPast(today, entries).at(seq);

const show = (step: Replay, entry: PastEntry | undefined, { totalAmount }: PresentOrder): Past => ({
  seq: entry?.seq ?? 0,
  at: entry?.at ?? null,
  state: entry?.to ?? "ordered",
  lines: step.lines.map((line) => ({ ...line, active: activeQuantity(line) })),
  totalAmount,
  refundedAmount: step.refundedAmount,
  balance: step.payments.some(({ status }) => status === "captured") ? totalAmount - step.refundedAmount : 0,
  payments: step.payments,
  cancellations: step.cancellations,
});
