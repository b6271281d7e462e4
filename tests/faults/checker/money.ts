import type { OrderView } from "../../../gateway/schemas/order.ts";
import { type Account, type Check, violationsOf } from "./evidence.ts";

/**
 * The provider's ledger and the orders say the same of every payment: one capture of what was captured, one refund of
 * each refunded cancellation, and nothing moved that no order knows of.
 */
export const checkMoney: Check = ({ orders, accounts }) => {
  const unclaimed = new Map(accounts.map((account) => [account.paymentKey, account]));
  const found = [...orders.values()].flatMap(({ order }) =>
    order.payments.flatMap((payment) => {
      const account = unclaimed.get(payment.paymentKey);
      unclaimed.delete(payment.paymentKey);
      const expected = expectedOf(order, payment.status);
      const atToss = { captures: account?.captures ?? [], refunds: sorted(account?.refunds ?? []) };
      if (Bun.deepEquals(atToss, expected)) return [];
      return [
        problem(order.orderId, "the provider moved other money than the order knows of", {
          payment,
          expected,
          atToss,
        }),
      ];
    }),
  );
  for (const account of unclaimed.values()) {
    if (account.captures.length + account.refunds.length === 0) continue;
    found.push(problem(account.orderId, "the provider moved money of a payment that no order has", account));
  }
  return violationsOf("money", found);
};

type Status = OrderView["payments"][number]["status"];

const expectedOf = (order: OrderView, status: Status): Pick<Account, "captures" | "refunds"> => {
  const { totalAmount, cancellations } = order;
  if (status === "captured") {
    const refunded = cancellations.filter(({ state }) => state === "refunded").map(({ amount }) => amount);
    return { captures: [totalAmount], refunds: sorted(refunded) };
  }
  if (status === "strayRefunded") return { captures: [totalAmount], refunds: [totalAmount] };
  return { captures: [], refunds: [] };
};

const sorted = (amounts: readonly number[]): number[] => amounts.toSorted((a, b) => a - b);
const problem = (about: string, message: string, shown: unknown) => ({ about, message, shown });
