import type { KstDate } from "../../machines/mod.ts";
import { RetryableSettlementError } from "../errors.ts";
import type { ControlTotals } from "../ports.ts";
import { sameTotals } from "../totals.ts";
import type { PassResult } from "./pass.ts";
import type { Verifier } from "./verify.ts";

/** Whether a pass read the same rows as the one before, each page once and with no hole. */
export const agrees = ({ totals, whole, torn }: PassResult, previous: ControlTotals | undefined): boolean =>
  whole && !torn && previous !== undefined && sameTotals(totals, previous);

/** A date is complete when two passes in a row agree in count, sums and digest. Their pages may be cut otherwise. */
export const verifyByPasses = (date: KstDate): Verifier => ({
  begin: () => () => {},
  judge: async (result, previous) => ({ kind: agrees(result, previous) ? "complete" : "again" }),
  unproved: (result, previous, passes) =>
    new RetryableSettlementError("ROWS_UNSTABLE", {
      message:
        `Toss still changes the rows paid out on ${date}: of ${passes} passes no two in a row agreed. The last one ` +
        `found ${textOf(result.totals)}, the one before ${previous ? textOf(previous) : "was none"}. All of them were ` +
        "produced, and the date is not complete. Run it again later.",
    }),
});

const textOf = ({ rows, malformed, amount, digest }: ControlTotals): string =>
  `${rows} rows of ${amount} KRW (${malformed} malformed, digest ${digest.slice(0, 8)})`;
