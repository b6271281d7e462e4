import type { OrderView } from "../../gateway/schemas/order.ts";
import { checkOrder } from "./checks.ts";
import { type Http, NoAnswerError } from "./http.ts";
import type { Memory } from "./memory.ts";
import { createSlots } from "./slots.ts";
import { createTally, type Tally } from "./tally.ts";
import type { Account } from "./toss.ts";

const PAGE = 500;
const READINGS = 5;
/** Orders read at once. */
const READERS = 32;

interface Page {
  readonly entries?: readonly unknown[];
  readonly next?: unknown;
}

/** An order's money by what its gateway says, in KRW. */
export interface Money {
  readonly orderId: string;
  readonly captured: number;
  readonly refunded: number;
}

/** Reads each order with its whole history and checks all that must hold. Gives the money of those that could be read. */
export const auditOrders = async (
  http: Http,
  tally: Tally,
  memories: readonly Memory[],
  onDone: (count: number) => void,
): Promise<Money[]> => {
  const read: Money[] = [];
  const readers = createSlots(READERS);
  let done = 0;
  for (const memory of memories) {
    await readers.start(async () => {
      const money = await auditOrder(http, tally, memory);
      if (money) read.push(money);
      done += 1;
      onDone(done);
    });
  }
  await readers.done();
  return read;
};

const auditOrder = async (http: Http, tally: Tally, memory: Memory): Promise<Money | undefined> => {
  const path = `/orders/${memory.orderId}`;
  try {
    for (let reading = 1; ; reading += 1) {
      const order = await http.get("audit", path);
      const entries = await wholeHistory(http, path);
      const { seq } = order as Partial<OrderView>;
      // A timer may have come between the two readings.
      if (entries.length > Number(seq) && reading < READINGS) continue;
      return checkOrder(tally, memory, order, entries) ? moneyOf(order) : undefined;
    }
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    tally.check("an order can be read", memory.orderId, false, () => error.message);
    return undefined;
  }
};

const moneyOf = ({ orderId, payments, totalAmount, refundedAmount }: OrderView): Money => {
  const captures = payments.filter(({ status }) => status === "captured").length;
  return { orderId, captured: captures * totalAmount, refunded: refundedAmount };
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
export const auditBooks = (orders: readonly Money[], accounts: readonly Account[]): Tally => {
  const tally = createTally();
  const byOrder = Map.groupBy(accounts, ({ orderId }) => orderId);
  for (const { orderId, captured, refunded } of orders) {
    const theirs = (byOrder.get(orderId) ?? [])
      .filter(({ capturedAmount }) => capturedAmount > 0)
      .map(({ capturedAmount, refundedAmount }) => [capturedAmount, refundedAmount]);
    const ours = captured > 0 ? [[captured, refunded]] : [];
    tally.check(
      "Toss' books say the same",
      orderId,
      Bun.deepEquals(theirs, ours),
      () => `captured and refunded at Toss ${JSON.stringify(theirs)}, here ${JSON.stringify(ours)}`,
    );
  }
  return tally;
};
