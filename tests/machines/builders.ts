import { Value } from "@sinclair/typebox/value";
import {
  type CommandData,
  type CommandType,
  commandData,
  createOrderDomain,
  type Decision,
  defaultPolicy,
  type Effect,
  type Instant,
  later,
  type Order,
  type OrderCommand,
  type OrderDomain,
  type OrderEvent,
  type OrderPolicy,
  type OrderSnapshot,
  type OrderState,
  type RefusalCode,
  stateOf,
  type Timer,
  timersOf,
} from "../../machines/mod.ts";

/** When every story begins. */
export const START: Instant = "2026-11-23T01:00:00.000Z";
export const ORDER_ID = "order-of-test";
export const KEY = "payment-key-1";
const customer = { id: "c-1", name: "Hong Gildong", phone: "010-1234-5678" };

/** `{ tea: [3, 1_000] }`: three of tea at 1,000 KRW each. */
export type Basket = Readonly<Record<string, readonly [quantity: number, unitPrice: number]>>;

/** The body of an `order.place` whose total is right unless said otherwise. */
export const bodyOf = (
  basket: Basket,
  change: Partial<CommandData<"order.place">> = {},
): CommandData<"order.place"> => {
  const lines = Object.entries(basket).map(([productId, [quantity, unitPrice]]) => ({
    productId,
    quantity,
    unitPrice,
  }));
  const totalAmount = lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
  return { customer, lines, totalAmount, ...change };
};

/** Some of one line. */
export const of = (productId: string, quantity: number) => ({ productId, quantity });

/**
 * One order and what was done to it, told step by step. Each step takes place at the story's own time, which stands
 * still until `wait` or `until` moves it.
 */
export interface Story {
  readonly state: OrderState;
  readonly order: Order;
  readonly snapshot: OrderSnapshot;
  readonly now: Instant;
  /** Of all steps, oldest first. */
  readonly events: readonly OrderEvent[];
  readonly effects: readonly Effect[];
  readonly timers: readonly Timer[];
  readonly domain: OrderDomain;
  /** Gives a command that must be accepted. */
  does<T extends CommandType>(type: T, data: CommandData<T>): Story;
  /** Gives a command that must be refused and change nothing; says with which code. */
  refusal<T extends CommandType>(type: T, data: CommandData<T>): RefusalCode;
  wait(ms: number): Story;
  until(instant: Instant): Story;
}

/** A story with no order in it yet. */
export const story = (policy: Partial<OrderPolicy> = {}): Story =>
  storyOf(null, createOrderDomain({ ...defaultPolicy, ...policy }));

/** A story that goes on from an order. */
export const storyOf = (start: OrderSnapshot | null, domain: OrderDomain): Story => {
  const events: OrderEvent[] = [];
  const effects: Effect[] = [];
  let snapshot = start;
  let now = START;
  let commands = 0;

  const there = (): OrderSnapshot => {
    if (!snapshot) throw new Error("The story has no order yet.");
    return snapshot;
  };

  const give = (type: CommandType, data: unknown): Decision => {
    commands += 1;
    return decideFrozen(domain, snapshot, { type, data, at: now, id: `command-${commands}` } as OrderCommand);
  };

  const it: Story = {
    get state() {
      return stateOf(there());
    },
    get order() {
      return there().context;
    },
    get snapshot() {
      return there();
    },
    get now() {
      return now;
    },
    get timers() {
      return timersOf(it.state, it.order);
    },
    domain,
    events,
    effects,
    does(type, data) {
      const decision = give(type, data);
      if (!decision.accepted)
        throw new Error(`${type} was refused: ${decision.refusal.code}. ${decision.refusal.message}`);
      snapshot = decision.order;
      events.push(decision.event);
      effects.push(...decision.effects);
      return it;
    },
    refusal(type, data) {
      const before = JSON.stringify(snapshot);
      const decision = give(type, data);
      if (decision.accepted) throw new Error(`${type} was accepted as ${decision.event.type}.`);
      if (JSON.stringify(snapshot) !== before) throw new Error(`${type} was refused, and changed the order.`);
      return decision.refusal.code;
    },
    wait(ms) {
      now = later(now, ms);
      return it;
    },
    until(instant) {
      now = instant;
      return it;
    },
  };
  return it;
};

/** `decide` on a deeply frozen order with a command that the schemas let in, so that a rule that writes fails the test. */
export const decideFrozen = (
  domain: OrderDomain,
  order: OrderSnapshot | null,
  command: OrderCommand,
): Decision => {
  if (!Value.Check(commandData[command.type], command.data)) {
    throw new Error(`No such ${command.type} gets past the schemas: ${JSON.stringify(command.data)}`);
  }
  freeze(order?.context);
  return domain.decide(order, ORDER_ID, freeze(command));
};

const freeze = <T>(value: T): T => {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
};

const BASKET: Basket = { tea: [3, 1_000], cup: [1, 7_000] };

/** An order just placed: three teas at 1,000 KRW and a cup at 7,000 KRW, unless said otherwise. */
export const ordered = (basket: Basket = BASKET, policy: Partial<OrderPolicy> = {}): Story =>
  story(policy).does("order.place", bodyOf(basket));

/** An order whose payment Toss was asked to capture. */
export const paying = (basket?: Basket, policy?: Partial<OrderPolicy>): Story =>
  pays(ordered(basket, policy));

/** An order whose first payment was captured. */
export const paid = (basket?: Basket, policy?: Partial<OrderPolicy>): Story =>
  captures(paying(basket, policy), 1);

/** Asks for a payment with the key of its attempt's number: `payment-key-1`, `payment-key-2`, … */
export const pays = (its: Story): Story =>
  its.does("payment.request", {
    paymentKey: `payment-key-${its.order.payments.length + 1}`,
    amount: its.order.totalAmount,
  });

export const captures = (its: Story, attempt: number): Story =>
  its.does("payment.capture", captureOf(its.order, attempt));

export const captureOf = (
  order: Pick<Order, "totalAmount">,
  attempt: number,
): CommandData<"payment.capture"> => ({
  attempt,
  amount: order.totalAmount,
  approvedAt: "2026-11-23T10:00:01+09:00",
  transactionKey: `capture-${attempt}`,
});

export const declines = (its: Story, attempt: number): Story =>
  its.does("payment.decline", { attempt, code: "REJECT_CARD_COMPANY", message: "The card company says no." });

/** Requests a cancellation of these pieces, or of all that is open; says its id. */
export const cancels = (its: Story, ...lines: { productId: string; quantity: number }[]): string => {
  its.does("cancellation.request", { reason: "changed my mind", ...(lines.length > 0 && { lines }) });
  return String(its.order.cancellations.length);
};

export const restocks = (its: Story, cancellationId: string): Story =>
  its.does("cancellation.restock", { cancellationId });

/** Restocks a cancellation and asks Toss for its refund. */
export const beginsRefund = (its: Story, cancellationId: string): Story =>
  restocks(its, cancellationId).does("refund.begin", { cancellationId });

export const fails = (its: Story, cancellationId: string): Story =>
  its.does("refund.fail", { cancellationId, code: "FORBIDDEN", message: "Toss says no." });

export const completes = (its: Story, cancellationId: string): Story =>
  its.does("refund.complete", completionOf(its.order, cancellationId));

export const completionOf = (order: Order, cancellationId: string): CommandData<"refund.complete"> => ({
  cancellationId,
  amount: order.cancellations.find((one) => one.id === cancellationId)?.amount ?? 1,
  transactionKey: `refund-${cancellationId}`,
  canceledAt: "2026-11-25T10:00:00+09:00",
});

/** From restock to Toss' word that the money is back. */
export const refunds = (its: Story, cancellationId: string): Story =>
  completes(beginsRefund(its, cancellationId), cancellationId);

/** Where the pieces of a line are: `"active/confirmed/canceling/refunded"`. */
export const places = (order: Order, productId: string): string => {
  const line = order.lines.find((one) => one.productId === productId);
  if (!line) return "no line";
  const { quantity, confirmed, canceling, refunded } = line;
  return [quantity - confirmed - canceling - refunded, confirmed, canceling, refunded].join("/");
};
