import { type AuditedOrders, headOf, type StoredOrder } from "../../actors/audit/orders.ts";
import { type AuditEntry, type AuditRecord, entryOf, type Head } from "../../actors/audit/record.ts";
import type { AuditStore } from "../../actors/audit/store.ts";
import { RetryableError } from "../../actors/errors.ts";

const away = () => new RetryableError("STORE_UNAVAILABLE", { message: "The store is away." });

/** A trail in memory. `fault` says what becomes of the next append. */
export const memoryTrail = (records: AuditRecord[] = []) => {
  let faults: ("away" | "written, then away" | "half written, then away")[] = [];
  const put = (some: readonly AuditRecord[]): boolean => {
    for (const record of some) {
      if (record.n !== records.length + 1) return false;
      records.push(record);
    }
    return true;
  };
  const store: AuditStore = {
    async append(some) {
      const fault = faults.shift();
      if (fault === "written, then away") put(some);
      if (fault === "half written, then away") put(some.slice(0, Math.ceil(some.length / 2)));
      if (fault) throw away();
      return put(some);
    },
    read: async ({ after, limit }) => records.filter(({ n }) => n > after).slice(0, limit),
    newest: async () => records.at(-1),
    close: async () => {},
  };
  return {
    store,
    records,
    fail(...next: typeof faults) {
      faults = next;
    },
    entries: (): AuditEntry[] => records.map((record) => entryOf(record) as AuditEntry),
    heads: (): Head[] =>
      records.flatMap((record) => {
        const entry = entryOf(record);
        return entry?.kind === "seal" ? entry.heads : [];
      }),
  };
};

/** Orders in memory, for who only looks. */
export const memoryOrders = (
  orders: readonly StoredOrder[],
  archives: ReadonlyMap<string, readonly { seq: unknown; entry: unknown }[]> = new Map(),
): AuditedOrders => {
  const sorted = orders.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1));
  return {
    async walk({ after, limit }) {
      const found = sorted.filter(({ orderId }) => orderId > after).slice(0, limit);
      const last = found.at(-1);
      return { orders: found, ...(last && found.length === limit && { next: last.orderId }) };
    },
    load: async (orderId) => orders.find((order) => order.orderId === orderId),
    archived: async (orderId) => [...(archives.get(orderId) ?? [])],
    async changed({ since, after, limit }) {
      const page = sorted.filter(({ orderId }) => orderId > after).slice(0, limit);
      const last = page.at(-1);
      const heads = page
        .filter(({ document }) => (document as { updatedAt: string }).updatedAt >= since)
        .map(headOf)
        .filter((head) => head !== undefined);
      return { heads, ...(last && page.length === limit && { next: last.orderId }) };
    },
    count: async () => orders.length,
    close: async () => {},
  };
};
