import { InvariantError } from "../errors.ts";
import { multiply, sum } from "../money.ts";
import { activeQuantity } from "./lines.ts";
import { balanceOf, type Order } from "./order.ts";

/**
 * What is true of every order at all times, checked after every step: a defect stops the command instead of moving
 * money. Throws {@link InvariantError} naming what broke.
 */
export const assertInvariants = (order: Order): void => {
  const must = (holds: boolean, what: string) => {
    if (!holds)
      throw new InvariantError(`Order ${order.orderId}: ${what}. The command fails, nothing is written.`);
  };
  const canceling = new Map<string, number>();
  let refunded = 0;
  for (const cancellation of order.cancellations) {
    if (cancellation.state === "refunded") refunded += cancellation.amount;
    if (cancellation.state === "refunded" || cancellation.state === "withdrawn") continue;
    for (const { productId, quantity } of cancellation.lines) {
      canceling.set(productId, (canceling.get(productId) ?? 0) + quantity);
    }
  }
  for (const line of order.lines) {
    must(
      activeQuantity(line) >= 0 && line.confirmed >= 0 && line.canceling >= 0 && line.refunded >= 0,
      `a piece of ${line.productId} is in two places`,
    );
    must(
      line.canceling === (canceling.get(line.productId) ?? 0),
      `${line.productId} and its cancellations differ`,
    );
  }
  must(
    order.totalAmount === sum(order.lines.map((line) => multiply(line.unitPrice, line.quantity))),
    "the total differs from its lines",
  );
  must(refunded === order.refundedAmount, "refunds and cancellations differ");
  must(
    order.refundedAmount === sum(order.lines.map((line) => multiply(line.unitPrice, line.refunded))),
    "refunded money and refunded pieces differ",
  );
  must(order.refundedAmount <= order.totalAmount, "more was refunded than paid");
  must(balanceOf(order) >= 0, "the balance is negative");
  const captured = order.payments.filter((payment) => payment.status === "captured").length;
  must(captured <= 1, "it was paid twice");
  must(order.refundedAmount === 0 || captured === 1, "an unpaid order was refunded");
  must(
    order.cancellations.filter((one) => one.state === "refunding").length <= 1,
    "two refunds are in flight at once",
  );
};
