import { expect, test } from "bun:test";
import {
  type Cancellation,
  type CancellationState,
  capturedState,
  capturedStates,
  type OrderLine,
} from "../../machines/mod.ts";
import { START } from "./builders.ts";

const cancellationStates: CancellationState[] = [
  "requested",
  "restocked",
  "refunding",
  "refunded",
  "failed",
  "withdrawn",
];
const open: readonly CancellationState[] = ["requested", "restocked", "refunding", "failed"];

/** Every way to spread 1 or 2 pieces over the four places. */
const spreads = [1, 2].flatMap((quantity) => {
  const lines: Omit<OrderLine, "productId" | "unitPrice">[] = [];
  for (let confirmed = 0; confirmed <= quantity; confirmed += 1)
    for (let canceling = 0; confirmed + canceling <= quantity; canceling += 1)
      for (let refunded = 0; confirmed + canceling + refunded <= quantity; refunded += 1)
        lines.push({ quantity, confirmed, canceling, refunded });
  return lines;
});

const line = (productId: string, spread: (typeof spreads)[number]): OrderLine => ({
  productId,
  unitPrice: 1_000,
  ...spread,
});

const orders: OrderLine[][] = [
  ...spreads.map((one) => [line("tea", one)]),
  ...spreads.flatMap((one) => spreads.map((two) => [line("tea", one), line("cup", two)])),
];

const histories: CancellationState[][] = [
  [],
  ...cancellationStates.map((one) => [one]),
  ...cancellationStates.flatMap((one) => cancellationStates.map((two) => [one, two])),
];

const cancellation = (state: CancellationState, index: number): Cancellation => ({
  id: String(index + 1),
  state,
  lines: [],
  amount: 1_000,
  reason: "r",
  requestedAt: START,
  refundAttempts: 0,
});

/** The table in words, with none of the machine's own helpers. */
const expected = (lines: OrderLine[], states: CancellationState[]): string => {
  const has = (state: CancellationState) => states.includes(state);
  if (has("refunding")) return "refunding";
  if (has("failed")) return "refundFailed";
  if (has("restocked")) return "restocked";
  if (has("requested")) return "cancelRequested";
  let [all, confirmed, refunded] = [0, 0, 0];
  for (const one of lines) {
    all += one.quantity;
    confirmed += one.confirmed;
    refunded += one.refunded;
  }
  if (refunded === all) return "refunded";
  if (refunded > 0) return "partiallyRefunded";
  return confirmed === all ? "purchaseConfirmed" : "paid";
};

test("capturedState_isTheTable_everySmallOrder", () => {
  const seen = new Set<string>();
  let checked = 0;
  for (const lines of orders) {
    const held = lines.some(({ canceling }) => canceling > 0);
    for (const states of histories) {
      // Pieces are held by open cancellations and by nothing else.
      if (held !== states.some((state) => open.includes(state))) continue;
      const state = capturedState({ lines, cancellations: states.map(cancellation) });
      expect(state).toBe(expected(lines, states) as typeof state);
      seen.add(state);
      checked += 1;
    }
  }
  expect(checked).toBeGreaterThan(3_000);
  expect(seen).toEqual(new Set(capturedStates));
});

test("capturedState_isTotal_evenWhereNoOrderIs", () => {
  for (const lines of orders) {
    for (const states of histories) {
      expect(capturedStates).toContain(capturedState({ lines, cancellations: states.map(cancellation) }));
    }
  }
});
