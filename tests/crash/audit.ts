import { expect } from "bun:test";
import type { Fleet } from "../../gateway/schemas/fleet.ts";
import type { HistoryEntryView, OrderView } from "../../gateway/schemas/order.ts";
import type { Told } from "./client.ts";
import type { Shop } from "./shop.ts";

const HTTP_PAYMENT_DECLINED = 402;

/** States that wait for the runtime or for Toss, never for a person. */
const unsettled: ReadonlySet<OrderView["state"]> = new Set([
  "paying",
  "restocked",
  "refunding",
  "refundFailed",
]);

/** An order with its whole history, as the gateway shows them. */
export const readOrder = async ({ client }: Pick<Shop, "client">, orderId: string) => {
  const order = await client.get<OrderView>(`/orders/${orderId}`);
  const { entries } = await client.get<{ entries: HistoryEntryView[] }>(
    `/orders/${orderId}/history?limit=500`,
  );
  return { order, entries };
};

/** Everything that must hold of an order that has come to rest, after whatever happened to the processes. */
export const auditOrder = async (shop: Shop, orderId: string): Promise<void> => {
  const { order, entries } = await readOrder(shop, orderId);
  expectWholeHistory(order, entries);
  expectNothingOpen(order);
  expectMoneyAgrees(shop, order);
  for (const told of shop.client.told) {
    if (told.answer.body.orderId === orderId) expectKept(told, entries);
  }
};

/** One step after the other, none missing, none twice, each from where the last one led. */
const expectWholeHistory = (order: OrderView, entries: readonly HistoryEntryView[]): void => {
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  expect(entries.length).toBe(order.seq);
  expect(entries.map(({ from }) => from)).toEqual([null, ...entries.slice(0, -1).map(({ to }) => to)]);
  expect(entries.at(-1)?.to).toBe(order.state);
  const commands = entries.map(({ commandId }) => commandId);
  expect(commands.length).toBe(new Set(commands).size);
};

const expectNothingOpen = (order: OrderView): void => {
  const { orderId, effects, state } = order;
  expect({ orderId, effects }).toEqual({ orderId, effects: [] });
  expect(unsettled.has(state)).toBe(false);
};

/** The provider's books and ours say the same: one capture of a paid order, one refund of each cancellation. */
const expectMoneyAgrees = ({ mock }: Shop, order: OrderView): void => {
  const { orderId } = order;
  const captures = mock.ledger.captures(orderId).map(({ amount }) => amount);
  const refunds = mock.ledger.refunds(orderId).map(({ amount }) => Math.abs(amount));
  const ours = order.cancellations.filter(({ state }) => state === "refunded").map(({ amount }) => amount);
  const inOrder = (amounts: readonly number[]) => amounts.toSorted((a, b) => a - b);
  expect({ orderId, captures }).toEqual({ orderId, captures: order.paidAt ? [order.totalAmount] : [] });
  expect({ orderId, refunds: inOrder(refunds) }).toEqual({ orderId, refunds: inOrder(ours) });
  expect(order.refundedAmount).toBe(sum(refunds));
  expect(order.balance).toBe(sum(captures) - sum(refunds));
};

/** What was told stands in the history, once; what was refused does not stand there. */
const expectKept = ({ answer: { status, body } }: Told, entries: readonly HistoryEntryView[]): void => {
  const caused = entries.filter(({ commandId }) => commandId === body.commandId);
  const took = status < 300 || status === HTTP_PAYMENT_DECLINED;
  expect({ commandId: body.commandId, caused: caused.length }).toEqual({
    commandId: body.commandId,
    caused: took ? 1 : 0,
  });
  if (status >= 300) return;
  const entry = entries[Number(body.seq) - 1];
  expect<object>({ event: entry?.type, state: entry?.to }).toEqual({ event: body.event, state: body.state });
};

/** The counts of the fleet are what counting every order comes to. */
export const expectCountsAgree = async ({ client }: Pick<Shop, "client">): Promise<void> => {
  const { counts, total } = await client.get<Fleet>("/fleet");
  const counted = Object.fromEntries(Object.keys(counts).map((state) => [state, 0]));
  let path: string | undefined = "/orders?limit=200";
  while (path !== undefined) {
    const page: { orders: OrderView[]; nextCursor?: string } = await client.get(path);
    for (const { state } of page.orders) counted[state] = (counted[state] ?? 0) + 1;
    path = page.nextCursor && `/orders?limit=200&cursor=${page.nextCursor}`;
  }
  expect<Record<string, number>>(counts).toEqual(counted);
  expect(total).toBe(sum(Object.values(counted)));
};

/** Each request sent once more under its key is answered as it was the first time. */
export const expectSameAnswers = async ({ client }: Shop): Promise<void> => {
  for (const { request, answer } of [...client.told]) {
    expect({ request, answer: await client.send(request) }).toEqual({ request, answer });
  }
};

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
