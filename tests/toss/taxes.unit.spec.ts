import { expect, test } from "bun:test";
import fc from "fast-check";
import { splitTax } from "./payments/taxes.ts";

test.each([
  [15_000, 0, 13_636, 1_364],
  [9_026, 0, 8_205, 821],
  [12_000, 1_000, 10_000, 1_000],
  [1_000, 1_000, 0, 0],
  [0, 0, 0, 0],
])("splitTax_matchesPublishedResponses_%p_%p", (amount, untaxed, suppliedAmount, vat) => {
  expect(splitTax(amount, untaxed)).toEqual({ suppliedAmount, vat });
});

test("splitTax_neverLosesAWon_anyAmount", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1), (a, b) => {
      const [amount, untaxed] = [Math.max(a, b), Math.min(a, b)];
      const { suppliedAmount, vat } = splitTax(amount, untaxed);
      expect(suppliedAmount + vat + untaxed).toBe(amount);
      expect(vat).toBeGreaterThanOrEqual(0);
    }),
  );
});
