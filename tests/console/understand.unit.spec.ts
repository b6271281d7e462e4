import { expect, test } from "bun:test";
import { type StateWords, understand } from "../../gateway/console/find/understand.ts";

const states: StateWords = new Map([
  ["paid", ["Paid"]],
  ["refunding", ["Refunding"]],
  ["refundFailed", ["Refund failed"]],
  ["refunded", ["Refunded"]],
]);
const filtersOf = (text: string) => {
  const { meanings } = understand(text, states, "2026-11-25");
  return meanings.map((one) => (one.kind === "filter" ? one.filters : one.orderId));
};

test.each([
  ["order:o-abcdef", ["o-abcdef"]],
  ["customer:c:1", [{ customerId: "c:1" }]],
  ["고객:c-1", [{ customerId: "c-1" }]],
  ["payment:tgen_20261125", [{ paymentKey: "tgen_20261125" }]],
  ["state:paid", [{ state: "paid" }]],
  ["2026-11-01", [{ placedFrom: "2026-11-01", placedTo: "2026-11-01" }]],
  ["2026-11-01..2026-11-25", [{ placedFrom: "2026-11-01", placedTo: "2026-11-25" }]],
  ["2026-11-01..", [{ placedFrom: "2026-11-01" }]],
  ["yesterday", [{ placedFrom: "2026-11-24", placedTo: "2026-11-24" }]],
  ["7일", [{ placedFrom: "2026-11-19", placedTo: "2026-11-25" }]],
  [
    " customer:c-1  state:refunded today ",
    [{ customerId: "c-1", state: "refunded", placedFrom: "2026-11-25", placedTo: "2026-11-25" }],
  ],
])("understand_setsFilters_%s", (text, expected) => {
  expect(filtersOf(text)).toEqual(expected as never);
  expect(understand(text, states).word).toBeUndefined();
});

test("understand_offersEachStateThatBeginsSo_startOfAName", () => {
  expect(filtersOf("refund")).toEqual([
    { state: "refunding" },
    { state: "refundFailed" },
    { state: "refunded" },
  ]);
});

test("understand_takesTheWholeName_nameOfTwoWords", () => {
  expect(filtersOf("Refund failed")).toEqual([{ state: "refundFailed" }]);
});

test.each(["customer-1", "o0123456789012345678901", "2026-02-30", "0d", "unknown:prefix", "customer:<b>"])(
  "understand_leavesItToTheOrders_%s",
  (text) => {
    expect(understand(text, states)).toEqual({ meanings: [], word: text });
  },
);

test("understand_meansNothing_blank", () => {
  expect(understand("  ", states)).toEqual({ meanings: [] });
});
