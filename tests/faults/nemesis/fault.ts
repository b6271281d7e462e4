import type { Random } from "../../crash/random.ts";

/** One way of breaking something. */
export interface Fault {
  /** `kill`, `pause`, … */
  readonly kind: string;
  readonly target: string;
  /** How often it is chosen, against the others of its lane. */
  readonly weight: number;
  /** Longest time until it is healed, in ms. */
  readonly mostMs: number;
  /** Breaks it; resolves to how to heal it, or to undefined where there was nothing to break. */
  strike(random: Random): Promise<(() => Promise<void>) | undefined>;
}

/** Faults that come one after the other; those of several lanes meet. */
export interface Lane {
  readonly name: string;
  /** Longest pause between two, in ms. */
  readonly pauseMs: number;
  readonly faults: readonly Fault[];
}

/** A fault that took place. */
export interface Struck {
  /** ms since the run began. */
  readonly at: number;
  readonly lane: string;
  readonly kind: string;
  readonly target: string;
  /** How long until it was healed: until what was killed takes work again. */
  readonly healedAfterMs: number;
}
