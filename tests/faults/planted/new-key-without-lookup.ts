import type { Around } from "../../../deploy/app.ts";

/**
 * Planted defect 3: each try has an idempotency key of its own, and whether an earlier one moved the money nobody
 * looks: a look-up is only used to ask what can still be given back.
 */
export const newKeyWithoutLookup: Around = {
  toss: (toss) => ({
    ...toss,
    confirm: (request) => toss.confirm(request, crypto.randomUUID()),
    async cancel(request) {
      const found = await toss.lookup(request.paymentKey);
      const left = found.kind === "payment" ? found.payment.balanceAmount : request.refundableAmount;
      return toss.cancel({ ...request, refundableAmount: left }, crypto.randomUUID());
    },
    async lookup(paymentKey) {
      const found = await toss.lookup(paymentKey);
      return found.kind === "payment" ? { ...found, payment: { ...found.payment, cancels: [] } } : found;
    },
  }),
};
