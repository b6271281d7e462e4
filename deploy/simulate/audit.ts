import type { OrderView } from "../../gateway/schemas/order.ts";
import { checkOrder } from "./checks.ts";
import type { Memory } from "./customer.ts";
import type { Http } from "./http.ts";
import type { Tally } from "./tally.ts";
import type { Account } from "./toss.ts";

const PAGE = 500;
const READINGS = 5;

interface Page {
  readonly entries?: readonly unknown[];
  readonly next?: unknown;
}

/** Reads one order with its whole history and checks all that must hold. The order as it was read. */
export const auditOrder = async (
  http: Http,
  tally: Tally,
  memory: Memory,
): Promise<OrderView | undefined> => {
  const path = `/orders/${memory.orderId}`;
  try {
    for (let reading = 1; ; reading += 1) {
      const order = await http.get("audit", path);
      const entries = await wholeHistory(http, path);
      const { seq } = order as Partial<OrderView>;
      // A timer may have come between the two readings.
      if (entries.length > Number(seq) && reading < READINGS) continue;
      checkOrder(tally, memory, order, entries);
      return order as OrderView;
    }
  } catch (error) {
    tally.check("an order can be read", memory.orderId, false, () => String(error));
    return undefined;
  }
};

const wholeHistory = async (http: Http, path: string): Promise<unknown[]> => {
  const all: unknown[] = [];
  for (;;) {
    const { entries = [], next } = (await http.get(
      "audit",
      `${path}/history?after=${all.length}&limit=${PAGE}`,
    )) as Page;
    all.push(...entries);
    if (!next || entries.length === 0) return all;
  }
};

/** Holds the mock's books of the money against the orders'. */
export const auditBooks = (
  tally: Tally,
  orders: readonly OrderView[],
  accounts: readonly Account[],
): void => {
  const byOrder = Map.groupBy(accounts, ({ orderId }) => orderId);
  for (const { orderId, payments, refundedAmount, totalAmount } of orders) {
    const captured = (byOrder.get(orderId) ?? []).filter((account) => account.capturedAmount > 0);
    const theirs = captured.map((account) => [account.capturedAmount, account.refundedAmount]);
    const ours = payments
      .filter(({ status }) => status === "captured")
      .map(() => [totalAmount, refundedAmount]);
    tally.check(
      "Toss' books say the same",
      orderId,
      Bun.deepEquals(theirs, ours),
      () => `captured and refunded at Toss ${JSON.stringify(theirs)}, here ${JSON.stringify(ours)}`,
    );
  }
};
