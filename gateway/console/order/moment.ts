import type { Past } from "../../../machines/order/past.ts";
import type { OrderView } from "../../schemas/order.ts";

/** The order as it stands now, in the shape in which its past is told, so that one view shows both. */
export const momentOf = (order: OrderView): Past => ({
  seq: order.seq,
  at: order.updatedAt,
  state: order.state,
  lines: order.lines,
  totalAmount: order.totalAmount,
  refundedAmount: order.refundedAmount,
  balance: order.balance,
  payments: order.payments.map(({ failure, ...payment }) => ({
    ...payment,
    ...(failure && { failureCode: failure.code }),
  })),
  cancellations: order.cancellations.map(({ failure, ...cancellation }) => ({
    ...cancellation,
    ...(failure && { failureCode: failure.code }),
  })),
});
