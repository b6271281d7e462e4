import type { OrderView } from "../../../gateway/schemas/order.ts";
import type { Past } from "../../../machines/order/past.ts";

/** What a replay of its history can know of an order. */
export const visible = (order: OrderView | Past) => ({
  seq: order.seq,
  state: order.state,
  money: [order.totalAmount, order.refundedAmount, order.balance],
  lines: order.lines.map(({ productId, active, confirmed, canceling, refunded }) => [
    ...[productId, active, confirmed, canceling, refunded],
  ]),
  payments: order.payments.map(({ attempt, status, paymentKey }) => [attempt, status, paymentKey]),
  cancellations: order.cancellations.map(({ id, state, lines, amount, refundAttempts }) => [
    ...[id, state, lines, amount, refundAttempts],
  ]),
});
