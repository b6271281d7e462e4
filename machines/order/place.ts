import { type Refusal, refuse } from "../errors.ts";
import { later } from "../instant.ts";
import { MoneyError } from "../money.ts";
import type { OrderPolicy } from "../policy.ts";
import type { CommandOf } from "./commands.ts";
import { amountOf, newLine, repeatedProduct } from "./lines.ts";
import type { Order } from "./order.ts";

/** Why this order can't be placed. Shape and single values were checked by schema; these are the rules across them. */
export const refusePlacing = (
  { data }: CommandOf<"order.place">,
  policy: OrderPolicy,
): Refusal | undefined => {
  const { lines, totalAmount, paymentMethod } = data;
  const type = paymentMethod?.type ?? "card";
  // Only what the policy names itself: "constructor" is no payment method, though every object has one.
  const method = Object.hasOwn(policy.paymentMethods, type) ? policy.paymentMethods[type] : undefined;
  if (!method) {
    return refuse(
      "PAYMENT_METHOD_NOT_ACCEPTED",
      `Accepted payment methods: ${Object.keys(policy.paymentMethods).join(", ")}.`,
    );
  }
  if (lines.length > policy.maxLines) {
    return refuse("TOO_MANY_LINES", `An order has at most ${policy.maxLines} lines, not ${lines.length}.`);
  }
  const repeated = repeatedProduct(lines);
  if (repeated) {
    return refuse(
      "DUPLICATE_PRODUCT",
      `Product ${repeated} stands on two lines. Use one line and its quantity.`,
    );
  }
  const total = totalOf(data);
  if (total === undefined) {
    return refuse("AMOUNT_OUT_OF_RANGE", "Σ unit price × quantity is not a safe whole number of KRW.");
  }
  if (total !== totalAmount) {
    return refuse(
      "TOTAL_MISMATCH",
      `Σ unit price × quantity is ${total} KRW, totalAmount says ${totalAmount} KRW.`,
    );
  }
  if (total < method.minimum) {
    return refuse(
      "AMOUNT_BELOW_MINIMUM",
      `A ${method.type} payment is at least ${method.minimum} KRW, not ${total}.`,
    );
  }
  if (total > method.limit) {
    return refuse(
      "AMOUNT_OVER_LIMIT",
      `A ${method.type} payment is at most ${method.limit} KRW, not ${total}.`,
    );
  }
  return undefined;
};

const totalOf = ({ lines }: CommandOf<"order.place">["data"]): number | undefined => {
  try {
    return amountOf(lines.map(newLine), lines);
  } catch (error) {
    if (error instanceof MoneyError) return undefined;
    throw error;
  }
};

export const placedOrder = (
  { orderId, command }: { orderId: string; command: CommandOf<"order.place"> },
  policy: OrderPolicy,
): Order => ({
  orderId,
  customer: command.data.customer,
  paymentMethod: command.data.paymentMethod ?? { type: "card" },
  lines: command.data.lines.map(newLine),
  totalAmount: command.data.totalAmount,
  refundedAmount: 0,
  payments: [],
  cancellations: [],
  placedAt: command.at,
  expiresAt: later(command.at, policy.paymentWindowMs),
});
