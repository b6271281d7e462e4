import type { OrderState } from "../../../machines/mod.ts";
import { addDays, isDay, todayInSeoul } from "../days.ts";
import type { Filters } from "./filters.ts";

/** What a typed text may mean: an order to open, or filters to set. */
export type Meaning =
  | { readonly kind: "order"; readonly orderId: string }
  | { readonly kind: "filter"; readonly filters: Filters };

export interface Understood {
  /** Certain by its form. */
  readonly meanings: readonly Meaning[];
  /** A plain word: an order's id, a customer's or a payment key. Only the orders can tell. */
  readonly word?: string;
}

/** State codes with what people call them. */
export type StateWords = ReadonlyMap<OrderState, readonly string[]>;

/** As the API takes them. */
export const patterns = {
  orderId: /^[A-Za-z0-9_-]{6,64}$/,
  customerId: /^[A-Za-z0-9._@:-]{1,64}$/,
  paymentKey: /^[A-Za-z0-9_=-]{1,200}$/,
} as const;

const prefixes: Readonly<Record<string, "order" | "customer" | "payment" | "state" | "placed">> = {
  order: "order",
  주문: "order",
  customer: "customer",
  고객: "customer",
  payment: "payment",
  key: "payment",
  결제: "payment",
  결제키: "payment",
  state: "state",
  상태: "state",
  placed: "placed",
  date: "placed",
  날짜: "placed",
};

/**
 * What `text` means: `customer:c-1`, `payment:…`, `state:paid` or a state's name, a day (`2026-11-25`, `today`, `7d`), a
 * range of days (`2026-11-01..2026-11-25`), several of them, or a plain word.
 */
export const understand = (text: string, states: StateWords, today = todayInSeoul()): Understood => {
  const typed = text.trim();
  if (typed === "") return { meanings: [] };
  const named = statesCalled(typed, states);
  const words = typed.split(/\s+/);
  const known = words.map((word) => meaningOf(word, states, today));
  if (known.every((one) => one !== undefined)) return { meanings: [all(known)] };
  const meanings = named.map((state): Meaning => ({ kind: "filter", filters: { state } }));
  return words.length === 1 ? { meanings, word: typed } : { meanings };
};

/** An order is one thing: nothing can be asked beside it. */
const all = (meanings: readonly Meaning[]): Meaning => {
  const order = meanings.find((one) => one.kind === "order");
  if (order) return order;
  return {
    kind: "filter",
    filters: Object.assign({}, ...meanings.map((one) => (one.kind === "filter" ? one.filters : {}))),
  };
};

const meaningOf = (word: string, states: StateWords, today: string): Meaning | undefined => {
  const [, prefix = "", value = ""] = /^([^:]+):(.+)$/.exec(word) ?? [];
  switch (prefixes[prefix.toLowerCase()]) {
    case "order":
      return patterns.orderId.test(value) ? { kind: "order", orderId: value } : undefined;
    case "customer":
      return patterns.customerId.test(value) ? filter({ customerId: value }) : undefined;
    case "payment":
      return patterns.paymentKey.test(value) ? filter({ paymentKey: value }) : undefined;
    case "state": {
      const [state] = statesCalled(value, states);
      return state && filter({ state });
    }
    case "placed":
      return daysIn(value, today);
    default:
      return daysIn(word, today);
  }
};

const filter = (filters: Filters): Meaning => ({ kind: "filter", filters });

const spoken: Readonly<Record<string, number>> = { today: 0, 오늘: 0, yesterday: -1, 어제: -1 };

const daysIn = (word: string, today: string): Meaning | undefined => {
  const offset = spoken[word.toLowerCase()];
  if (offset !== undefined) {
    const day = addDays(today, offset);
    return filter({ placedFrom: day, placedTo: day });
  }
  const last = /^([1-9]\d{0,2})(?:d|일)$/i.exec(word);
  if (last?.[1]) return filter({ placedFrom: addDays(today, 1 - Number(last[1])), placedTo: today });
  const [from = "", to = from, more] = word.split(/\.\.|~/);
  if (more !== undefined || !isDay(from)) return undefined;
  if (to === "") return filter({ placedFrom: from });
  return isDay(to) ? filter({ placedFrom: from, placedTo: to }) : undefined;
};

/** Whose name or code begins so; a name that is met whole stands alone. */
const statesCalled = (text: string, states: StateWords): OrderState[] => {
  const start = text.toLowerCase();
  if (start.length < 2) return [];
  const called = [...states].map(([state, words]) => ({ state, words: [state, ...words].map(lower) }));
  const whole = called.filter(({ words }) => words.includes(start));
  return (
    whole.length > 0 ? whole : called.filter(({ words }) => words.some((word) => word.startsWith(start)))
  ).map(({ state }) => state);
};

const lower = (word: string): string => word.toLowerCase();
