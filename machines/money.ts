/** Whole Korean won. Always a safe integer: the won has no minor unit, so no rounding exists anywhere in Jumun. */
export type Krw = number;

/** Thrown only for a defect of ours: amounts from outside are checked by schema and rule before they get here. */
export class MoneyError extends Error {
  override readonly name = "MoneyError";
}

/** Returns `amount` when it is a whole, safe number of won; throws {@link MoneyError} otherwise. */
export function krw(amount: number): Krw {
  if (!Number.isSafeInteger(amount)) {
    throw new MoneyError(`${amount} is not a whole, safe number of KRW. Nothing was computed with it.`);
  }
  return amount;
}

export const add = (a: Krw, b: Krw): Krw => krw(a + b);
export const multiply = (unitPrice: Krw, quantity: number): Krw => krw(unitPrice * quantity);

/**
 * Adds up amounts, refusing any step that leaves the safe integers.
 * @example sum([12_000, 3_000]) // 15000
 */
export const sum = (amounts: Iterable<Krw>): Krw => {
  let total = 0;
  for (const amount of amounts) total = add(total, amount);
  return total;
};
