import { commandId, digest, partitionOf, type StoredReply } from "../../actors/command.ts";
import type { HistoryEntry, OrderDocument } from "../../actors/document.ts";
import type { OrderStore, OrderWrite } from "../../actors/ports.ts";
import { createOrderDomain, defaultPolicy, type StoredSnapshot, storeSnapshot } from "../../machines/mod.ts";

/** The time that all made documents are of. */
export const PLACED_AT = "2026-11-23T01:02:03.000Z";

const { decide } = createOrderDomain(defaultPolicy);

/** An order id that no other test has. */
export const someOrderId = (): string => `o${digest(crypto.randomUUID())}`;

/** `minutes` after the usual time. */
export const at = (minutes: number): string =>
  new Date(Date.parse(PLACED_AT) + minutes * 60_000).toISOString();

/** A placed order at version 1: one event, published, nothing due. */
export const someDocument = (changes: Partial<OrderDocument> = {}): OrderDocument => {
  const orderId = changes.orderId ?? someOrderId();
  return {
    orderId,
    version: 1,
    partition: partitionOf(orderId),
    state: "ordered",
    customerId: "customer-1",
    placedAt: PLACED_AT,
    updatedAt: PLACED_AT,
    snapshot: someSnapshot(orderId),
    history: [someEntry(orderId, 1)],
    seq: 1,
    publishedSeq: 1,
    replies: [someReply(orderId, 1)],
    archivedReplies: 0,
    effects: [],
    dueAt: null,
    ...changes,
  };
};

/** An order of the machine itself, so that what is stored has its real shape. */
const someSnapshot = (orderId: string): StoredSnapshot => {
  const decision = decide(null, orderId, {
    type: "order.place",
    id: commandId(orderId, "1"),
    at: PLACED_AT,
    data: {
      customer: { id: "customer-1", name: "김주문", phone: "010-1234-5678" },
      lines: [{ productId: "P-1", name: "따뜻한 머그컵 ☕", quantity: 3, unitPrice: 12_000 }],
      totalAmount: 36_000,
    },
  });
  if (!decision.accepted) throw new Error(decision.refusal.message);
  return storeSnapshot(decision.order);
};

/** Everything a document can hold, and numbers that do not fit in 32 bits. */
export const fullDocument = (): OrderDocument => {
  const orderId = someOrderId();
  return someDocument({
    orderId,
    seq: 2,
    publishedSeq: 1,
    history: [someEntry(orderId, 1), someEntry(orderId, 2)],
    replies: [
      someReply(orderId, 1),
      {
        id: commandId(orderId, "2"),
        hash: digest("2"),
        reply: {
          ok: false,
          code: "ORDER_NOT_PAYABLE",
          message: 'It is "no". $where {$gt: 1} Nothing was changed.',
        },
      },
    ],
    archivedReplies: 25,
    effects: [
      {
        effect: {
          id: "confirm:1",
          type: "payment.confirm",
          attempt: 1,
          paymentKey: "tviva20261123",
          amount: 9_007_199_254_740_991,
        },
        keySeq: 1,
        tries: 2,
        dueAt: null,
        since: PLACED_AT,
        uncertain: true,
        lastError: "타임아웃",
      },
    ],
    dueAt: Date.parse(PLACED_AT),
  });
};

/** What stands for an id that was only ever refused. */
export const refusedDocument = (changes: Partial<OrderDocument> = {}): OrderDocument =>
  someDocument({
    state: null,
    customerId: null,
    placedAt: null,
    snapshot: null,
    history: [],
    seq: 0,
    publishedSeq: 0,
    ...changes,
  });

export const someEntry = (orderId: string, seq: number): HistoryEntry => ({
  seq,
  commandId: commandId(orderId, String(seq)),
  actor: { role: "customer", id: "customer-1" },
  type: seq === 1 ? "order.placed" : "payment.noticed",
  at: PLACED_AT,
  from: seq === 1 ? null : "ordered",
  to: "ordered",
  data: { n: seq, nested: { list: [1.5, "둘", null, true] } },
});

/** Entries of `from` to `to`, both included. */
export const someEntries = (orderId: string, from: number, to: number): HistoryEntry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => someEntry(orderId, from + index));

export const someReply = (orderId: string, n: number): StoredReply => ({
  id: commandId(orderId, String(n)),
  hash: digest(String(n)),
  reply: {
    ok: true,
    state: "ordered",
    event: "order.placed",
    seq: n,
  },
});

/** The order one write later. */
export const nextOf = (document: OrderDocument, changes: Partial<OrderDocument> = {}): OrderDocument => ({
  ...document,
  version: document.version + 1,
  ...changes,
});

/** The write that brings an order to this version. */
export const writeOf = (document: OrderDocument): OrderWrite => ({
  document,
  expectedVersion: document.version - 1,
  ...(document.moneyDates && { newMoneyDates: document.moneyDates }),
});

/** Stores documents and insists on it. */
export const put = async (store: OrderStore, ...documents: OrderDocument[]): Promise<void> => {
  const written = await store.commit(documents.map(writeOf));
  if (written.size !== documents.length) throw new Error("A fixture was not written.");
};

/** One stored order; throws when there is none. */
export const get = async (store: OrderStore, orderId: string): Promise<OrderDocument> => {
  const found = (await store.load([orderId])).get(orderId);
  if (!found) throw new Error(`There is no order ${orderId}.`);
  return found;
};

export const idsOf = (documents: readonly OrderDocument[]): string[] =>
  documents.map(({ orderId }) => orderId);

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** What a promise was rejected with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`It resolved, to ${JSON.stringify(value)}.`)),
    (error: unknown) => error,
  );
