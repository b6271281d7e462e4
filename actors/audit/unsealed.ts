import { isDamage } from "../errors.ts";
import { type AuditedOrders, headOf } from "./orders.ts";
import type { Head } from "./record.ts";

/** Orders that changed since they were sealed, each once, at its newest entry. */
export interface Unsealed {
  /** @param chain the link of entry `seq`, the order's newest */
  changed(orderId: string, seq: number, chain: string): void;
  /** The order's write failed, and may have taken place all the same. */
  doubt(orderId: string): void;
  /**
   * Takes the heads out, in records' portions. Rejects, and leaves all there, when the store can't tell of a doubt: what
   * was written after it would hide it from the next run. One whose file is damaged never tells, and holds up nothing.
   */
  take(): Promise<Head[][]>;
  readonly size: number;
  /** True once after some had no room: they must be looked for in the store. */
  forgot(): boolean;
}

/** Heads in one record, some 75 B each. */
const PORTION = 500;
/** More are not remembered, some 200 B each. */
const MAX_HEADS = 200_000;
const MAX_DOUBTS = 10_000;

export const createUnsealed = (orders: Pick<AuditedOrders, "load"> | undefined): Unsealed => {
  const heads = new Map<string, readonly [seq: number, chain: string]>();
  const doubts = new Set<string>();
  let forgotten = false;

  const changed: Unsealed["changed"] = (orderId, seq, chain) => {
    if (heads.size >= MAX_HEADS && !heads.has(orderId)) forgotten = true;
    else if ((heads.get(orderId)?.[0] ?? 0) <= seq) heads.set(orderId, [seq, chain]);
  };

  const settleDoubts = async (): Promise<void> => {
    for (const orderId of [...doubts]) {
      const found = await orders?.load(orderId);
      const head = found && headOf(found);
      if (head) changed(...head);
      doubts.delete(orderId);
    }
  };

  return {
    changed,
    doubt(orderId) {
      if (doubts.size < MAX_DOUBTS) doubts.add(orderId);
      else forgotten = true;
    },
    async take() {
      await settleDoubts().catch((error) => {
        if (!isDamage(error)) throw error;
      });
      const all = [...heads].map(([orderId, [seq, chain]]): Head => [orderId, seq, chain]);
      heads.clear();
      return Array.from({ length: Math.ceil(all.length / PORTION) }, (_, index) =>
        all.slice(index * PORTION, (index + 1) * PORTION),
      );
    },
    get size() {
      return heads.size + doubts.size;
    },
    forgot() {
      const was = forgotten;
      forgotten = false;
      return was;
    },
  };
};
