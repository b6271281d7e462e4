import { expect, test } from "bun:test";
import { feeOf, feesOf, givenBack, supplyOf } from "./settlements/fees.ts";
import { soldDatesOf, weekdaysAfter } from "./settlements/paid-out.ts";

test.each([
  [41_500, 205, 935],
  [53_030, 205, 1_195],
  [99_800, 205, 2_250],
  [64_601, 210, 1_492],
])("feeOf_isThePublishedBaseFee_%d", (amount, rate, fee) => {
  expect(feeOf(amount, rate)).toBe(fee);
});

test.each([
  [860, 782],
  [-2_250, -2_045],
  [1_311, 1_192],
  [935, 850],
  [26, 24],
  [1_492, 1_356],
  [859_950, 781_773],
  [0, 0],
])("supplyOf_isThePublishedOne_feeOf%d", (fee, supply) => {
  expect(supplyOf(fee)).toBe(supply);
});

test("givenBack_isTheFeeBelowZero_neverMinusZero", () => {
  expect(givenBack(feesOf(99_800, { base: 205, etc: 0 }))).toEqual([
    { type: "BASE", fee: -2_250 },
    { type: "ETC", fee: 0 },
  ]);
});

test("weekdaysAfter_skipsWeekendsAndTheHolidaysGiven_andBack", () => {
  const paidOutDateOf = weekdaysAfter(3, new Set(["2026-11-24"]));
  expect(["2026-11-19", "2026-11-20", "2026-11-21"].map(paidOutDateOf)).toEqual([
    "2026-11-25",
    "2026-11-26",
    "2026-11-26",
  ]);
  expect(soldDatesOf("2026-11-26", paidOutDateOf)).toEqual(["2026-11-20", "2026-11-21", "2026-11-22"]);
  expect(soldDatesOf("2026-11-24", paidOutDateOf)).toEqual([]);
  expect(weekdaysAfter(0)("2026-11-21")).toBe("2026-11-23");
});
