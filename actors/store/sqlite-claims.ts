import type { Database } from "bun:sqlite";

/** Gives a paymentKey to the order that asks first, and returns the order that owns it. */
export const prepareClaim = (database: Database): ((paymentKey: string, orderId: string) => string) => {
  const insert = database.prepare("INSERT OR IGNORE INTO payment_keys VALUES (?, ?)");
  const owner = database.prepare<{ order_id: string }, [string]>(
    "SELECT order_id FROM payment_keys WHERE payment_key = ?",
  );
  return (paymentKey, orderId) => {
    if (insert.run(paymentKey, orderId).changes > 0) return orderId;
    return owner.get(paymentKey)?.order_id ?? "";
  };
};
