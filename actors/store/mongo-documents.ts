import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { Collection, Db, IndexDescription } from "mongodb";
import type { StoredReply } from "../command.ts";
import type { HistoryEntry, OrderDocument } from "../document.ts";
import { TerminalError } from "../errors.ts";
import type { Log } from "../ports.ts";
import type { StoredLease } from "./mongo-take-lease.ts";

/**
 * An order as MongoDB holds it: the document with its id as `_id`, the name of the write that replaced it last, and two
 * fields that are there only while they have something to say. Sparse indexes over them hold the few orders that wait for something, not all there are.
 */
export interface StoredOrder extends Omit<OrderDocument, "orderId" | "dueAt"> {
  readonly _id: string;
  /** Of the bulk that this version came with; a new order has none. */
  readonly writeId?: string;
  /** When `dueAt` is not null: it, between the partition and the order's id, by which those of one moment are sorted. */
  readonly due?: { readonly partition: number; readonly at: number; readonly orderId: string };
  /** While events wait to be published: the partition. */
  readonly unpublished?: number;
}

export interface StoredHistoryEntry {
  /** `<orderId>:<seq>`, the seq padded so that an order's entries sort by it. */
  readonly _id: string;
  readonly orderId: string;
  readonly entry: HistoryEntry;
}

export interface ArchivedReply {
  /** `<orderId>:<commandId>` */
  readonly _id: string;
  readonly orderId: string;
  readonly reply: StoredReply;
}

export interface PaymentKeyClaim {
  /** The paymentKey. */
  readonly _id: string;
  readonly orderId: string;
}

/** `_id` is the partition. */
export type PartitionLease = StoredLease;

export interface OwnerAlive {
  /** The owner. */
  readonly _id: string;
  /** Epoch ms. */
  readonly until: number;
}

export interface Collections {
  readonly orders: Collection<StoredOrder>;
  readonly history: Collection<StoredHistoryEntry>;
  readonly replies: Collection<ArchivedReply>;
  readonly paymentKeys: Collection<PaymentKeyClaim>;
  readonly leases: Collection<PartitionLease>;
  readonly owners: Collection<OwnerAlive>;
}

export const collectionsOf = (database: Db): Collections => ({
  orders: database.collection("orders"),
  history: database.collection("order_history"),
  replies: database.collection("order_replies"),
  paymentKeys: database.collection("payment_keys"),
  leases: database.collection("leases"),
  owners: database.collection("owners"),
});

/**
 * Every index beside `_id`. The lists' end in their whole sort order, so that a page reads just its own documents
 * wherever it begins. `due_in_order` merges the partitions asked for by time, without a sort in memory.
 */
const indexes: readonly IndexDescription[] = [
  { name: "newest", key: { placedAt: -1, _id: -1 } },
  { name: "state_newest", key: { state: 1, placedAt: -1, _id: -1 } },
  { name: "customer_newest", key: { customerId: 1, placedAt: -1, _id: -1 } },
  { name: "money", key: { moneyDates: 1, _id: 1 } },
  { name: "due_in_order", key: { "due.partition": 1, "due.at": 1, "due.orderId": 1 }, sparse: true },
  { name: "effects_waiting", key: { effectsWaiting: 1 }, sparse: true },
  { name: "unpublished", key: { unpublished: 1 }, sparse: true },
];

/** One command each: FerretDB breaks off at a list of which some are there already. */
export const ensureIndexes = async ({ orders }: Collections): Promise<void> => {
  for (const { key, ...options } of indexes) await orders.createIndex(key, options);
};

/** Without the id, which stands in the filter or beside it. */
export const toStored = ({ orderId, dueAt, ...order }: OrderDocument): Omit<StoredOrder, "_id"> => ({
  ...order,
  ...(dueAt !== null && { due: { partition: order.partition, at: dueAt, orderId } }),
  ...(order.publishedSeq < order.seq && { unpublished: order.partition }),
});

const nullable = (type: ReturnType<typeof Type.String>) => Type.Union([type, Type.Null()]);

/** What the runtime reads before anything checks further; the snapshot is checked when it is brought to life. */
const Readable = Type.Object({
  _id: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  partition: Type.Integer({ minimum: 0 }),
  state: nullable(Type.String()),
  customerId: nullable(Type.String()),
  placedAt: nullable(Type.String()),
  updatedAt: Type.String(),
  snapshot: Type.Union([Type.Object({}), Type.Null()]),
  history: Type.Array(Type.Object({ seq: Type.Integer({ minimum: 1 }) })),
  seq: Type.Integer({ minimum: 0 }),
  publishedSeq: Type.Integer({ minimum: 0 }),
  replies: Type.Array(Type.Object({ id: Type.String() })),
  archivedReplies: Type.Integer({ minimum: 0 }),
  effects: Type.Array(Type.Object({ effect: Type.Object({}) })),
  due: Type.Optional(Type.Object({ at: Type.Number() })),
  moneyDates: Type.Optional(Type.Array(Type.String())),
  effectsWaiting: Type.Optional(Type.Integer({ minimum: 1 })),
});
const readable = TypeCompiler.Compile(Readable);

/** Throws {@link TerminalError} for a document that no commit wrote. */
export const fromStored = (stored: StoredOrder): OrderDocument => {
  if (!readable.Check(stored)) throw damaged(stored);
  return documentOf(stored);
};

/** For scans over many orders, which one damaged document must not stop: it is passed over, loudly. */
export const readableOf = (found: readonly StoredOrder[], log: Log): OrderDocument[] =>
  found.flatMap((stored) => {
    if (readable.Check(stored)) return documentOf(stored);
    log.error({ orderId: String(stored._id), error: damaged(stored) }, "a damaged order was passed over");
    return [];
  });

const documentOf = ({ _id, due, unpublished: _, writeId: __, ...order }: StoredOrder): OrderDocument => ({
  orderId: _id,
  ...order,
  dueAt: due?.at ?? null,
});

const damaged = (stored: Pick<StoredOrder, "_id">): TerminalError => {
  const fields = [...readable.Errors(stored)].map(({ path }) => path);
  return new TerminalError("STORE_NOT_DURABLE", {
    message:
      `The stored order ${String(stored._id)} is not as it was written: ${[...new Set(fields)].join(", ")}. ` +
      "It was left as it is. Restore it from a backup.",
  });
};
