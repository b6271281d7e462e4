import type { Caller } from "./access.ts";
import type { FuzzedShop } from "./shop.ts";

/** What there is to ask about, by the names of the dictionaries in schemathesis.toml. */
export type Known = Readonly<Record<"orders" | "commands", readonly string[]>>;

/** How far an order of each kind is taken before the fuzzing begins. */
const lives = [
  "ordered",
  "canceled",
  "paid",
  "confirmed",
  "cancelRequested",
  "withdrawn",
  "refunded",
] as const;
const OF_EACH = 3;

/** Places orders of the customer and takes them on, so that requests about an order find one in every stage. */
export const placeOrders = async (shop: FuzzedShop, operator: Caller, customerId: string): Promise<Known> => {
  const orders: string[] = [];
  const commands: string[] = [];

  const post = async (path: string, body: object = {}): Promise<{ orderId: string; commandId: string }> => {
    const response = await fetch(`${shop.url}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
        authorization: `Bearer ${operator.token}`,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    const told = (await response.json()) as { orderId: string; commandId: string };
    commands.push(told.commandId);
    return told;
  };

  const pay = async (orderId: string, amount: number): Promise<void> => {
    const window = await fetch(`${shop.tossMock}/mock/authentications`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ orderId, amount }),
    });
    const { paymentKey } = (await window.json()) as { paymentKey: string };
    await post(`/orders/${orderId}/payment`, { paymentKey, amount });
  };

  const live = async (life: (typeof lives)[number]): Promise<void> => {
    const { orderId } = await post("/orders", {
      customer: { id: customerId, name: "김주문", phone: "010-1234-5678" },
      lines: [{ productId: "keyboard", quantity: 10, unitPrice: 1_000 }],
      totalAmount: 10_000,
    });
    orders.push(orderId);
    const order = `/orders/${orderId}`;
    if (life === "ordered") return;
    if (life === "canceled") return void (await post(`${order}/cancellations`, { reason: "all of it" }));
    await pay(orderId, 10_000);
    if (life === "paid") return;
    if (life === "confirmed") return void (await post(`${order}/purchase-confirmation`));
    const some = { lines: [{ productId: "keyboard", quantity: 2 }], reason: "two of them" };
    await post(`${order}/cancellations`, some);
    if (life === "withdrawn") await post(`${order}/cancellations/1/withdrawal`);
    if (life === "refunded") await post(`${order}/cancellations/1/restock`);
  };

  for (const life of lives) for (let one = 0; one < OF_EACH; one += 1) await live(life);
  return { orders, commands };
};
