import type { StoredReply } from "../../actors/command.ts";
import type { HistoryEntry, OrderDocument } from "../../actors/document.ts";
import type { LeaseStore, OrderStore } from "../../actors/ports.ts";
import { decodeCursor, encodeCursor } from "../../actors/store/cursor.ts";
import { placedBounds } from "../../actors/store/placed.ts";
import type { OrderState } from "../../machines/mod.ts";

/**
 * A store in memory that answers at once and keeps its word in all but durability: the compare-and-set is real. With
 * it a bench of the bus measures no disk but the bus's own.
 */
export const createInstantStore = (): OrderStore => {
  const orders = new Map<string, OrderDocument>();
  const archivedHistory = new Map<string, Map<number, HistoryEntry>>();
  const archivedReplies = new Map<string, StoredReply>();
  const paymentKeys = new Map<string, string>();

  const first = (limit: number, wanted: (order: OrderDocument) => boolean): OrderDocument[] => {
    const found: OrderDocument[] = [];
    for (const order of orders.values()) {
      if (found.length === limit) break;
      if (wanted(order)) found.push(order);
    }
    return found;
  };

  const claim = (paymentKey: string, orderId: string): string => {
    const owner = paymentKeys.get(paymentKey) ?? orderId;
    paymentKeys.set(paymentKey, owner);
    return owner;
  };

  return {
    load: async (orderIds) =>
      new Map(
        orderIds.flatMap((orderId) => {
          const order = orders.get(orderId);
          return order ? [[orderId, order] as const] : [];
        }),
      ),

    async commit(writes) {
      const written = new Set<string>();
      for (const { document, expectedVersion, claims = [] } of writes) {
        if (!claims.every((paymentKey) => claim(paymentKey, document.orderId) === document.orderId)) continue;
        const stored = orders.get(document.orderId);
        if ((stored?.version ?? 0) !== expectedVersion) continue;
        // Marks are stored beside the version, so a write may know less of them than the store.
        const publishedSeq = Math.max(document.publishedSeq, stored?.publishedSeq ?? 0);
        orders.set(document.orderId, { ...document, publishedSeq });
        written.add(document.orderId);
      }
      return written;
    },

    async archive(entries) {
      for (const { orderId, history, replies } of entries) {
        const its = archivedHistory.get(orderId) ?? new Map<number, HistoryEntry>();
        for (const entry of history) if (!its.has(entry.seq)) its.set(entry.seq, entry);
        archivedHistory.set(orderId, its);
        for (const reply of replies) if (!archivedReplies.has(reply.id)) archivedReplies.set(reply.id, reply);
      }
    },

    archivedReply: async (_, commandId) => archivedReplies.get(commandId),

    async history(orderId, { after, limit }) {
      const all = new Map(archivedHistory.get(orderId));
      for (const entry of orders.get(orderId)?.history ?? []) all.set(entry.seq, entry);
      return [...all.values()]
        .filter(({ seq }) => seq > after)
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit);
    },

    async claimPaymentKeys(claims) {
      return new Map(
        claims.map(({ paymentKey, orderId }) => [paymentKey, claim(paymentKey, orderId)] as const),
      );
    },

    async list({ state, customerId, paymentKey, cursor, limit, ...placed }) {
      const end = cursor === undefined ? undefined : decodeCursor(cursor);
      const { from = "", before = "Z" } = placedBounds(placed);
      const owner = paymentKey === undefined ? undefined : (paymentKeys.get(paymentKey) ?? "");
      const found = [...orders.values()]
        .filter(({ orderId }) => owner === undefined || orderId === owner)
        .filter(({ placedAt }) => placedAt !== null && placedAt >= from && placedAt < before)
        .filter((order) => order.placedAt !== null && (state === undefined || order.state === state))
        .filter((order) => customerId === undefined || order.customerId === customerId)
        .filter((order) => end === undefined || compare(end, placeOf(order)) < 0)
        .sort((a, b) => compare(placeOf(a), placeOf(b)));
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return found.length > limit && last
        ? { orders: page, nextCursor: encodeCursor(last) }
        : { orders: page };
    },

    async moneyMoved({ date, after = "", limit }) {
      const found = [...orders.values()]
        .filter((order) => order.moneyDates?.includes(date) && order.orderId > after)
        .sort((a, b) => descending(b.orderId, a.orderId));
      const page = found.slice(0, limit);
      const next = page.at(-1)?.orderId;
      return { orders: page, ...(found.length > limit && next !== undefined && { next }) };
    },

    effectsWaiting: async () =>
      [...orders.values()].reduce((sum, { effectsWaiting = 0 }) => sum + effectsWaiting, 0),

    waitingForOperator: async ({ limit }) => first(limit, ({ effectsWaiting = 0 }) => effectsWaiting > 0),

    async countByState() {
      const counts = new Map<OrderState, number>();
      for (const { state } of orders.values()) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
      return counts;
    },
    countsAreKept: false,

    async due({ now, partitions, after, limit }) {
      const found = first(Number.POSITIVE_INFINITY, (order) => isIn(order, partitions) && dueAt(order) <= now)
        .sort(earliestFirst)
        .filter((order) => after === undefined || earliestFirst(after, order) < 0);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      if (found.length <= limit || !last) return { orders: page };
      return { orders: page, next: { dueAt: dueAt(last), orderId: last.orderId } };
    },

    unpublished: async ({ partitions, limit }) =>
      first(limit, (order) => isIn(order, partitions) && order.publishedSeq < order.seq),

    async markPublished(marks) {
      for (const { orderId, seq } of marks) {
        const order = orders.get(orderId);
        if (order && order.publishedSeq < seq) orders.set(orderId, { ...order, publishedSeq: seq });
      }
    },

    leases: instantLeases(),
    ready: async () => {},
    close: async () => {},
  };
};

interface Place {
  readonly placedAt: string;
  readonly orderId: string;
}

const placeOf = ({ placedAt, orderId }: OrderDocument): Place => ({ placedAt: placedAt ?? "", orderId });
/** Newest first. */
const compare = (a: Place, b: Place): number =>
  a.placedAt === b.placedAt ? descending(a.orderId, b.orderId) : descending(a.placedAt, b.placedAt);
const descending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

const isIn = ({ partition }: OrderDocument, partitions: readonly number[]): boolean =>
  partitions.includes(partition);
type DueOrder = Pick<OrderDocument, "dueAt" | "orderId">;
const dueAt = ({ dueAt }: DueOrder): number => dueAt ?? Number.POSITIVE_INFINITY;
const earliestFirst = (a: DueOrder, b: DueOrder): number =>
  dueAt(a) - dueAt(b) || descending(b.orderId, a.orderId);

const instantLeases = (): LeaseStore => {
  const owners = new Map<string, number>();
  const leases = new Map<number, { readonly owner: string; readonly until: number }>();
  return {
    async heartbeat(owner, now, ttlMs) {
      owners.set(owner, now + ttlMs);
      return [...owners].flatMap(([name, until]) => (until > now ? [name] : [])).sort();
    },
    async acquire(partition, owner, now, ttlMs) {
      const lease = leases.get(partition);
      if (lease && lease.owner !== owner && lease.until > now) return false;
      leases.set(partition, { owner, until: now + ttlMs });
      return true;
    },
    async release(partition, owner) {
      if (leases.get(partition)?.owner === owner) leases.delete(partition);
    },
    async leave(owner) {
      owners.delete(owner);
    },
  };
};
