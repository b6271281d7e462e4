import type { Database } from "bun:sqlite";

/** Whose the paymentKeys are. */
export interface Claims {
  /** Gives a key to an order if it is free. True if it was. */
  give(paymentKey: string, orderId: string): boolean;
  ownerOf(paymentKey: string): string | undefined;
  /** Makes a key free again. */
  take(paymentKey: string): void;
}

export const prepareClaims = (database: Database): Claims => {
  const insert = database.prepare("INSERT OR IGNORE INTO payment_keys VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM payment_keys WHERE payment_key = ?");
  const owner = database.prepare<{ order_id: string }, [string]>(
    "SELECT order_id FROM payment_keys WHERE payment_key = ?",
  );
  return {
    give: (paymentKey, orderId) => insert.run(paymentKey, orderId).changes > 0,
    ownerOf: (paymentKey) => owner.get(paymentKey)?.order_id,
    take: (paymentKey) => void remove.run(paymentKey),
  };
};

/**
 * Does `write` if the order owns all keys, which it is given where they are free. A key is kept only with the write: one
 * that no payment uses must not be kept from another order. Returns whether it was written.
 */
export const writeWithKeys = (
  { give, ownerOf, take }: Claims,
  keys: readonly string[],
  orderId: string,
  write: () => boolean,
): boolean => {
  const given: string[] = [];
  const owns = (key: string): boolean => {
    if (!give(key, orderId)) return ownerOf(key) === orderId;
    given.push(key);
    return true;
  };
  if (keys.every(owns) && write()) return true;
  for (const key of given) take(key);
  return false;
};
