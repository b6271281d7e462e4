import { addDays, type Instant, kstMidnight } from "../../machines/mod.ts";
import type { OrderQuery } from "../ports.ts";

/**
 * The days of a query as instants: `from` is included, `before` is not.
 * @example placedBounds({ placedTo: "2026-11-20" }) // { before: "2026-11-20T15:00:00.000Z" }: midnight in Seoul
 */
export const placedBounds = ({
  placedFrom,
  placedTo,
}: Pick<OrderQuery, "placedFrom" | "placedTo">): { readonly from?: Instant; readonly before?: Instant } => ({
  ...(placedFrom !== undefined && { from: kstMidnight(placedFrom) }),
  ...(placedTo !== undefined && { before: kstMidnight(addDays(placedTo, 1)) }),
});
