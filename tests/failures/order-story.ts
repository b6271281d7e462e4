import { expect } from "bun:test";
import { type Command, commandId, newCommand, orderIdFor, type Reply } from "../../actors/command.ts";
import type { HistoryEntry, OrderDocument } from "../../actors/document.ts";
import {
  balanceOf,
  type CommandData,
  type CommandType,
  type Order,
  type OrderEventType,
  type OrderState,
  restoreSnapshot,
} from "../../machines/mod.ts";
import type { RequestEntry, Route } from "../toss/mod.ts";
import { eventually } from "./eventually.ts";
import type { Basket, Shop } from "./shop.ts";

/** Some of some lines: `{ tea: 1 }`. */
export type Pieces = Readonly<Record<string, number>>;

export interface Placing {
  readonly paymentMethod?: { readonly type: string };
}

/** What an order must have come to, at Toss and here. Whole KRW; left out is none. */
export interface Books {
  readonly state: OrderState;
  readonly captured?: number;
  readonly refunded?: number;
}

/** What people do to an order. Each step resolves to the command's reply, as its caller would hear it. */
export interface Steps {
  /** Pays with this paymentKey, or with that of a new window. */
  pay(paymentKey?: string): Promise<Reply>;
  /** Names pieces, or means all that are left. */
  cancel(pieces?: Pieces): Promise<Reply>;
  restock(cancellationId: string): Promise<Reply>;
  withdraw(cancellationId: string): Promise<Reply>;
  retryRefund(cancellationId: string): Promise<Reply>;
  confirmPurchase(pieces?: Pieces): Promise<Reply>;
}

/** One order and what happens to it. Its own steps throw when they are refused; those of `tries` tell the refusal. */
export interface OrderStory extends Steps {
  readonly id: string;
  readonly tries: Steps;
  /** A command to this order; the same `key` is the same command. */
  command<T extends CommandType>(type: T, data: CommandData<T>, key?: string): Command;
  send<T extends CommandType>(type: T, data: CommandData<T>, key?: string): Promise<Reply>;
  /** The buyer authenticates in Toss' window. Resolves to the paymentKey. */
  authenticate(): Promise<string>;

  document(): Promise<OrderDocument>;
  order(): Promise<Order>;
  history(): Promise<HistoryEntry[]>;
  /** The types of its events, oldest first. */
  events(): Promise<string[]>;
  until(state: OrderState): Promise<void>;
  /** Waits until the order's history has an event of `type`. */
  hears(type: OrderEventType): Promise<void>;
  /** Waits until the order is in `state` with nothing left to do outside, and holds its books against Toss'. */
  ends(books: Books): Promise<void>;
  /** Requests that Toss got for this order. */
  calls(route: Route): readonly RequestEntry[];
}

const customer = { id: "c-1", name: "Hong Gildong", phone: "010-1234-5678" };
const actor = { role: "customer", id: "c-1" } as const;

export const placeOrder = async (shop: Shop, basket: Basket, placing: Placing = {}): Promise<OrderStory> => {
  const order = tellOrder(shop, orderIdFor("customer:c-1", crypto.randomUUID()));
  const reply = await order.send("order.place", placeData(basket, placing));
  if (!reply.ok) throw new Error(`${reply.code}: ${reply.message}`);
  return order;
};

/** The body of a `POST /orders` for a basket. */
export const placeData = (basket: Basket, placing: Placing = {}): CommandData<"order.place"> => {
  const lines = Object.entries(basket).map(([productId, [quantity, unitPrice]]) => ({
    productId,
    quantity,
    unitPrice,
  }));
  const totalAmount = lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
  return { customer, lines, totalAmount, ...placing };
};

const named = (pieces: Pieces | undefined) =>
  pieces && { lines: Object.entries(pieces).map(([productId, quantity]) => ({ productId, quantity })) };

export const tellOrder = (shop: Shop, id: string): OrderStory => {
  const client = () => shop.node.client;

  const command: OrderStory["command"] = (type, data, key = crypto.randomUUID()) =>
    newCommand({
      id: commandId(id, "test", key),
      orderId: id,
      type,
      data,
      actor,
      issuedAt: new Date(shop.clock.now()).toISOString(),
    });
  const send: OrderStory["send"] = async (type, data, key) => {
    const status = await client().submit(command(type, data, key), 15_000);
    if (status.status === "done") return status.reply;
    throw new Error(`${type} of ${id} is ${JSON.stringify(status)}.`);
  };
  const document = async () => {
    const found = await client().get(id);
    if (!found) throw new Error(`There is no order ${id}.`);
    return found;
  };
  const order = async () => restoreSnapshot(client().domain, (await document()).snapshot).context;
  const history = () => client().history(id, { after: 0, limit: 10_000 });
  const authenticate = async () => {
    const { totalAmount: amount, paymentMethod } = await order();
    const method = paymentMethod.type === "card" ? "카드" : "가상계좌";
    return shop.mock.authenticate({ orderId: id, amount, method }).paymentKey;
  };

  const told = async (wanted: string): Promise<string> => {
    const { state, effects } = await document();
    const passed = (await history()).map((entry) => entry.type).join(", ");
    const lines = shop.log.lines.slice(-10).map((line) => `${line.level} ${line.message} ${stringify(line)}`);
    return `Order ${id} did not become ${wanted}: ${state} after ${passed}; ${stringify(effects)}\n${lines.join("\n")}`;
  };
  const untilState = async (state: OrderState, done: (found: OrderDocument) => boolean) => {
    await eventually(
      async () => {
        const found = await document();
        return found.state === state && done(found) ? found : undefined;
      },
      () => told(state),
    );
  };

  const stepsOver = (tell: OrderStory["send"]): Steps => ({
    async pay(paymentKey) {
      const { totalAmount: amount } = await order();
      return tell("payment.request", { paymentKey: paymentKey ?? (await authenticate()), amount });
    },
    cancel: (pieces) => tell("cancellation.request", { reason: "changed my mind", ...named(pieces) }),
    restock: (cancellationId) => tell("cancellation.restock", { cancellationId }),
    withdraw: (cancellationId) => tell("cancellation.withdraw", { cancellationId }),
    retryRefund: (cancellationId) => tell("refund.retry", { cancellationId }),
    confirmPurchase: (pieces) => tell("purchase.confirm", { ...named(pieces) }),
  });
  const mustBeTaken: OrderStory["send"] = async (type, data, key) => {
    const reply = await send(type, data, key);
    if (reply.ok) return reply;
    throw new Error(`${type} was refused: ${reply.code}. ${await told("one that takes it")}`);
  };

  return {
    ...stepsOver(mustBeTaken),
    tries: stepsOver(send),
    id,
    command,
    send,
    authenticate,
    document,
    order,
    history,
    events: async () => (await history()).map((entry) => entry.type),
    until: (state) => untilState(state, () => true),
    async hears(type) {
      await eventually(
        async () => ((await history()).some((entry) => entry.type === type) ? true : undefined),
        () => told(`one that had ${type}`),
      );
    },
    async ends({ state, captured = 0, refunded = 0 }) {
      await untilState(state, (found) => found.effects.length === 0);
      expect(sum(shop.mock.ledger.captures(id))).toBe(captured);
      expect(sum(shop.mock.ledger.refunds(id))).toBe(refunded);
      expect(balanceOf(await order())).toBe(captured - refunded);
      const entries = await history();
      expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
    },
    calls: (route) => {
      const keys = new Set(shop.mock.ledger.accounts({ orderId: id }).map((one) => one.paymentKey));
      return shop.mock.ledger.requests({ route }).filter((entry) => keys.has(entry.paymentKey ?? ""));
    },
  };
};

const sum = (moves: readonly { amount: number }[]): number =>
  moves.reduce((total, { amount }) => total + Math.abs(amount), 0);

const stringify = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (part instanceof Error ? String(part) : part));
