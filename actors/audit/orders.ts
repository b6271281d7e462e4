import type { Instant } from "../../machines/mod.ts";
import type { Head } from "./record.ts";

/** An order as it lies in the store, believed in nothing. */
export interface StoredOrder {
  readonly orderId: string;
  /** An `OrderDocument`, or whatever stands there. */
  readonly document: unknown;
  /** What the store keeps beside the document to find it by; each must say the same as in the document. */
  readonly columns?: Readonly<Record<string, unknown>>;
}

export interface OrderWalk {
  /** In the order of their ids. */
  readonly orders: readonly StoredOrder[];
  /** To go on after; left out at the end. */
  readonly next?: string;
}

/** The orders for who only looks: nothing is written, and a shop beside it is not held up. */
export interface AuditedOrders {
  walk(query: { after: string; limit: number }): Promise<OrderWalk>;
  load(orderId: string): Promise<StoredOrder | undefined>;
  /** What was moved out of the order's document, by seq. Read after the document: what has left it is there by then. */
  archived(orderId: string): Promise<{ seq: unknown; entry: unknown }[]>;
  /** Heads of orders written since then that have a chain, by pages that go on after `next`; `""` is the first. */
  changed(query: { since: Instant; after: string; limit: number }): Promise<{ heads: Head[]; next?: string }>;
  /** About how many there are. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** The newest entry of a document that has a chain. */
export const headOf = ({ orderId, document }: StoredOrder): Head | undefined => {
  const { history } = (document ?? {}) as { history?: readonly { seq?: unknown; chain?: unknown }[] };
  const newest = Array.isArray(history) ? history.at(-1) : undefined;
  return typeof newest?.seq === "number" && typeof newest.chain === "string"
    ? [orderId, newest.seq, newest.chain]
    : undefined;
};
