import { type Refusal, refuse } from "../../errors.ts";
import type { CommandOf } from "../commands.ts";
import { balanceOf, type Order, paymentAttempt, refundInFlight } from "../order.ts";
import type { Outcome } from "./outcome.ts";
import { refuseAttempt, withAttempt } from "./paying.ts";

/** Nothing differs if the refund under way, whose answer is not told yet, or money that moved meanwhile explains it. */
const refuseDifference = (order: Order, { data }: CommandOf<"payment.differ">): Refusal | undefined => {
  const { attempt, balance, expected } = data;
  const held = balanceOf(order);
  const known = paymentAttempt(order, attempt)?.differs;
  const explained = [held, held - (refundInFlight(order)?.amount ?? 0)].includes(balance);
  const repeated = known?.balance === balance && known.expected === expected;
  if (expected === held && !explained && !repeated) return undefined;
  return refuse(
    "PAYMENT_ALREADY_RESOLVED",
    `That Toss holds ${balance} KRW of payment attempt ${attempt} tells order ${order.orderId} nothing new.`,
  );
};

/** Money of the order was moved at Toss by other hands. Changes no money here: it is for an operator to settle. */
export const paymentDiffers: Outcome<"payment.differ"> = {
  refuse: (order, command) =>
    refuseAttempt(order, command.data.attempt, ["captured"]) ?? refuseDifference(order, command),
  change: (order, { data: { attempt, balance, expected } }) =>
    withAttempt(order, attempt, { differs: { balance, expected } }),
  event: (_, { data }) => ({ attempt: data.attempt, balance: data.balance, expected: data.expected }),
};
