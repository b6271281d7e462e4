import { expect } from "bun:test";
import type { OrderView } from "../../gateway/schemas/order.ts";
import type { Random } from "./random.ts";
import type { Shop } from "./shop.ts";

/** How a customer's order goes; each ends in a state that needs nobody any more. */
const endings = {
  calledOff: "canceled",
  kept: "purchaseConfirmed",
  partlyReturned: "partiallyRefunded",
  returned: "refunded",
} as const;
const ways = Object.keys(endings) as [keyof typeof endings, ...(keyof typeof endings)[]];

const UNIT_PRICE = 10_000;

/** Places an order of `quantity` cups. */
export const place = async ({ client }: Shop, quantity: number): Promise<string> => {
  const placed = await client.settle("/orders", orderOf(quantity));
  expect(placed).toMatchObject({ status: 201, body: { state: "ordered" } });
  return String(placed.body.orderId);
};

export const orderOf = (quantity: number) => ({
  customer: { id: "customer-1", name: "김주문", phone: "010-1234-5678" },
  lines: [{ productId: "cup", quantity, unitPrice: UNIT_PRICE }],
  totalAmount: quantity * UNIT_PRICE,
});

/** What the buyer brings back from Toss' payment window. */
export const authenticated = ({ mock }: Shop, orderId: string, quantity: number) => {
  const amount = quantity * UNIT_PRICE;
  return { paymentKey: mock.authenticate({ orderId, amount }).paymentKey, amount };
};

export const pay = async (shop: Shop, orderId: string, quantity: number): Promise<void> => {
  const paid = await shop.client.settle(`/orders/${orderId}/payment`, authenticated(shop, orderId, quantity));
  expect(paid).toMatchObject({ status: 200, body: { state: "paid" } });
};

/** Cancels `quantity` pieces and puts them back on the shelf, upon which the refund starts by itself. */
export const giveBack = async ({ client }: Shop, orderId: string, quantity: number): Promise<string> => {
  const lines = [{ productId: "cup", quantity }];
  const canceled = await client.settle(`/orders/${orderId}/cancellations`, { lines, reason: "too many" });
  expect(canceled).toMatchObject({ status: 201, body: { event: "cancellation.requested" } });
  const id = String(canceled.body.cancellationId);
  const restocked = await client.settle(`/orders/${orderId}/cancellations/${id}/restock`);
  expect(restocked).toMatchObject({ status: 200, body: { event: "cancellation.restocked" } });
  return id;
};

export const refunded = async ({ client }: Shop, orderId: string, cancellationId: string): Promise<void> => {
  await client.until<OrderView>(`/orders/${orderId}`, ({ cancellations }) =>
    cancellations.some(({ id, state }) => id === cancellationId && state === "refunded"),
  );
};

/** One order from its placing to its end, whatever happens to the processes meanwhile. Resolves to its id. */
export const liveOrder = async (shop: Shop, random: Random): Promise<string> => {
  const way = random.pick(ways);
  const quantity = random.between(2, 4);
  const orderId = await place(shop, quantity);
  if (way === "calledOff") {
    const canceled = await shop.client.settle(`/orders/${orderId}/cancellations`, { reason: "not now" });
    expect(canceled).toMatchObject({ status: 200, body: { event: "order.canceled" } });
  } else {
    await pay(shop, orderId, quantity);
    if (way === "kept") await shop.client.settle(`/orders/${orderId}/purchase-confirmation`);
    else {
      await refunded(shop, orderId, await giveBack(shop, orderId, 1));
      if (way === "returned") await refunded(shop, orderId, await giveBack(shop, orderId, quantity - 1));
    }
  }
  await shop.client.until<OrderView>(`/orders/${orderId}`, ({ state }) => state === endings[way]);
  return orderId;
};
