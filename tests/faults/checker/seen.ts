import type { HistoryEntryView, OrderView } from "../../../gateway/schemas/order.ts";
import type { ReadOp } from "../clients/op.ts";

/** The order that a read saw; undefined when it saw none. */
export const orderSeen = ({ kind, answer }: ReadOp): OrderView | undefined =>
  kind === "order" && answer?.status === 200 ? (answer.body as unknown as OrderView) : undefined;

/** The history that a read saw, from its beginning. */
export const historySeen = ({ kind, answer }: ReadOp): readonly HistoryEntryView[] | undefined =>
  kind === "history" && answer?.status === 200 ? (answer.body.entries as HistoryEntryView[]) : undefined;

/** The length of the prefix that a read saw. */
export const seenBy = (op: ReadOp): number | undefined => orderSeen(op)?.seq ?? historySeen(op)?.length;
