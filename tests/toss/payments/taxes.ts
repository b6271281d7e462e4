/**
 * Splits a tax-inclusive amount as the provider does: `vat = round((amount - taxFree) / 11)`, the rest is supply.
 * Published responses: 15000 is 13636 + 1364, 9026 is 8205 + 821.
 *
 * @param amount whole KRW, tax included
 * @param untaxed the part of it without VAT (tax-free and tax-exempt together)
 */
export function splitTax(amount: number, untaxed: number): { suppliedAmount: number; vat: number } {
  const taxable = amount - untaxed;
  const vat = Math.round(taxable / 11);
  return { suppliedAmount: taxable - vat, vat };
}
