import type { OrderDocument } from "../../../actors/document.ts";
import type { OrderStore } from "../../../actors/ports.ts";
import { policyOf, readConfig } from "../../../deploy/config.ts";
import { historyEntryView, orderView } from "../../../gateway/view.ts";
import { createOrderDomain } from "../../../machines/mod.ts";
import type { StoredOrder } from "../checker/evidence.ts";
import { caller } from "../clients/identity.ts";

const domain = createOrderDomain(policyOf(readConfig({ AUTH: "dev", TOSS_SECRET_KEY: "test_sk_none" })));
const PAGE = 200;
const HISTORY_PAGE = 1_000;

/** Every order of the store with its whole history; ids that were only ever refused are no orders. */
export const readOrders = async (
  store: OrderStore,
  { durableEvents }: { durableEvents: boolean },
): Promise<Map<string, StoredOrder>> => {
  const orders = new Map<string, StoredOrder>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const document of page.orders) {
      if (document.snapshot) orders.set(document.orderId, await readOne(store, document, durableEvents));
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return orders;
};

const readOne = async (
  store: OrderStore,
  document: OrderDocument,
  durable: boolean,
): Promise<StoredOrder> => {
  const { orderId } = document;
  const history = await store.history(orderId, { after: 0, limit: HISTORY_PAGE });
  return {
    // As JSON shows it, which is how clients saw it.
    ...asJson({
      order: orderView(domain, document, caller.role),
      history: history.map((one) => historyEntryView(orderId, one, caller)),
    }),
    publishedSeq: durable ? document.publishedSeq : null,
  };
};

const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
