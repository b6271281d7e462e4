import { commandId, newCommand, orderIdFor } from "../../actors/command.ts";
import { foldOrder } from "../../actors/runtime/fold.ts";
import type { Job } from "../../actors/runtime/job.ts";
import { type CommandData, type CommandType, DAY_MS } from "../../machines/mod.ts";
import { placeData } from "./order-story.ts";
import type { Basket, Shop } from "./shop.ts";

export interface Seeding {
  readonly basket?: Basket;
  /** Also captured, as if Toss had said so; this shop's Toss knows nothing of it. */
  readonly paid?: boolean;
  /** As a process leaves them that ended before it published anything. */
  readonly unpublished?: boolean;
}

const ROOM = 250;

/** Orders of an earlier process, written in bulk just as a worker writes them. Resolves to their ids. */
export const seedOrders = async (shop: Shop, count: number, seeding: Seeding = {}): Promise<string[]> => {
  const { domain } = shop.node.client;
  const now = shop.clock.now();
  const since = new Date(now).toISOString();
  const { basket = { tea: [1, 10_000] }, paid = false, unpublished = false } = seeding;
  const data = placeData(basket);

  const documentOf = (orderId: string) => {
    const job = <T extends CommandType>(type: T, body: CommandData<T>): Job => ({
      orderId,
      command: newCommand({
        id: commandId(orderId, "seed", type),
        orderId,
        type,
        data: body,
        actor: { role: "customer", id: "c-1" },
        issuedAt: since,
      }),
      settle() {},
    });
    const amount = data.totalAmount;
    const capture = job("payment.capture", { attempt: 1, amount, approvedAt: since });
    const payment = [
      job("payment.request", { paymentKey: `key-of-${orderId}`, amount }),
      { ...capture, effect: { id: "confirm:1", since, tries: 1 } },
    ];
    const jobs = [job("order.place", data), ...(paid ? payment : [])];
    return foldOrder(undefined, orderId, jobs, {
      domain,
      now,
      replyRetentionMs: DAY_MS,
      effectLeaseMs: 1_000,
      ...(unpublished && { publishedSeq: () => 0 }),
    }).live.document;
  };

  const documents = Array.from({ length: count }, () =>
    documentOf(orderIdFor("customer:c-1", crypto.randomUUID())),
  );
  for (let from = 0; from < count; from += ROOM) {
    const writes = documents.slice(from, from + ROOM).map((document) => ({ document, expectedVersion: 0 }));
    await shop.node.store.commit(writes);
  }
  return documents.map(({ orderId }) => orderId);
};
