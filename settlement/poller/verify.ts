import type { SettlementError } from "../errors.ts";
import type { ControlTotals, ReadRow } from "../ports.ts";
import type { PassResult } from "./pass.ts";

/** What a pass proves: that the date is complete, nothing yet, or that it can't be complete. */
export type Verdict =
  | { readonly kind: "complete" }
  | { readonly kind: "again" }
  | { readonly kind: "failed"; readonly error: SettlementError };

/** Decides when a date is complete. */
export interface Verifier {
  /** A pass begins; its pages are given to what this returns, in any order. */
  begin(): (rows: readonly ReadRow[]) => void;
  /** A pass ended. `previous` are the totals of the pass before, if there was one. */
  judge(result: PassResult, previous: ControlTotals | undefined): Promise<Verdict>;
  /** What to say when no pass proved the date complete. */
  unproved(result: PassResult, previous: ControlTotals | undefined, passes: number): SettlementError;
}
