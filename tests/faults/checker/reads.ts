import { createPast } from "../../../machines/order/past.ts";
import type { ReadOp } from "../clients/op.ts";
import { type Check, type StoredOrder, violationsOf } from "./evidence.ts";
import { historySeen, orderSeen } from "./seen.ts";
import { visible } from "./visible.ts";

/**
 * What was read is a prefix of the final history: its entries word for word, and an order as a replay of them makes
 * it.
 */
export const checkReads: Check = ({ ops, orders }) => {
  const reads = ops.filter((op): op is ReadOp => op.kind !== "command");
  const found = [...Map.groupBy(reads, ({ orderId }) => orderId)].flatMap(([orderId, its]) => {
    const stored = orders.get(orderId);
    return its.flatMap(wrongReadOf(stored));
  });
  return violationsOf("reads", found);
};

const wrongReadOf = (stored: StoredOrder | undefined) => {
  const past = stored && createPast(stored.order, stored.history);
  return (op: ReadOp) => {
    const order = orderSeen(op);
    const entries = historySeen(op);
    if (!order && !entries) return [];
    const wrong = (message: string, expected: unknown) => [
      { about: op.orderId, message, shown: { op, expected } },
    ];
    if (!stored || !past) return wrong("an order was read that is not stored", null);
    const length = order?.seq ?? entries?.length ?? 0;
    if (length > stored.history.length) return wrong("more was read than happened", stored.history.length);
    if (entries && !Bun.deepEquals(entries, stored.history.slice(0, length))) {
      return wrong(
        "the history that was read is no prefix of what happened",
        stored.history.slice(0, length),
      );
    }
    if (!order) return [];
    const expected = visible(past.at(length));
    return Bun.deepEquals(visible(order), expected)
      ? []
      : wrong("the order that was read is not what its history makes it", expected);
  };
};
