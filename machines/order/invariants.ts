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
  const prices = new Map(order.lines.map((line) => [line.productId, line.unitPrice]));
  const canceling = new Map<string, number>();
  const returned = new Map<string, number>();
  let refunded = 0;
  for (const { id, state, lines, amount } of order.cancellations) {
    const worth = sum(lines.map((one) => multiply(prices.get(one.productId) ?? 0, one.quantity)));
    must(amount === worth, `cancellation ${id} is not worth its pieces`);
    if (state === "withdrawn") continue;
    if (state === "refunded") refunded += amount;
    const pieces = state === "refunded" ? returned : canceling;
    for (const { productId, quantity } of lines) {
      pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
    }
  }
  for (const line of order.lines) {
    const { productId } = line;
    must(
      activeQuantity(line) >= 0 && line.confirmed >= 0 && line.canceling >= 0 && line.refunded >= 0,
      `a piece of ${productId} is in two places`,
    );
    must(
      line.canceling === (canceling.get(productId) ?? 0) && line.refunded === (returned.get(productId) ?? 0),
      `${productId} and its cancellations differ`,
    );
  }
  must(
    order.totalAmount === sum(order.lines.map((line) => multiply(line.unitPrice, line.quantity))),
    "the total differs from its lines",
  );
  must(refunded === order.refundedAmount, "refunds and cancellations differ");
  // Stryker disable next-line all: follows from those above, and is said all the same, since it is what they are for
  must(order.refundedAmount <= order.totalAmount, "more was refunded than paid");
  // Stryker disable next-line all: follows from those above, like the last
  must(balanceOf(order) >= 0, "the balance is negative");
  const captured = order.payments.filter((payment) => payment.status === "captured").length;
  must(captured <= 1, "it was paid twice");
  must(
    captured === 1 || (order.cancellations.length === 0 && order.lines.every((line) => line.confirmed === 0)),
    "an unpaid order's pieces were moved",
  );
  must(
    order.cancellations.filter((one) => one.state === "refunding").length <= 1,
    "two refunds are in flight at once",
  );
};
