import type { Database } from "bun:sqlite";

/** Whose the paymentKeys are. */
export interface Claims {
  /** The owner of a key; undefined while it is free. */
  ownerOf(paymentKey: string): string | undefined;
  /** Gives a key that is free to an order. */
  give(paymentKey: string, orderId: string): void;
}

export const prepareClaims = (database: Database): Claims => {
  const insert = database.prepare("INSERT OR IGNORE INTO payment_keys VALUES (?, ?)");
  const owner = database.prepare<{ order_id: string }, [string]>(
    "SELECT order_id FROM payment_keys WHERE payment_key = ?",
  );
  return {
    ownerOf: (paymentKey) => owner.get(paymentKey)?.order_id,
    give: (paymentKey, orderId) => void insert.run(paymentKey, orderId),
  };
};
