/** Which events came already. */
export interface Seen {
  /** False for one that came before, or that an event of its order came after. */
  isNew(orderId: string, seq: number): boolean;
  clear(): void;
}

/**
 * Remembers the newest event of the orders that moved last, at least `orders` of them and at most twice as many: a full
 * generation pushes out the one before it, which costs less than to find the oldest of all at each event.
 */
export const createSeen = (orders: number): Seen => {
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  return {
    isNew(orderId, seq) {
      if (seq <= (young.get(orderId) ?? old.get(orderId) ?? 0)) return false;
      young.set(orderId, seq);
      if (young.size >= orders) {
        old = young;
        young = new Map();
      }
      return true;
    },
    clear() {
      young = new Map();
      old = new Map();
    },
  };
};
