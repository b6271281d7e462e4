import type { TossMock } from "../../toss/mod.ts";
import type { Account } from "../checker/evidence.ts";

/** The provider's own ledger, a payment at a time. */
export const readAccounts = ({ ledger }: TossMock): Account[] => {
  const moved = ledger.transactions().filter(({ amount }) => amount !== 0);
  const byPayment = Map.groupBy(moved, ({ paymentKey }) => paymentKey);
  return [...byPayment].map(([paymentKey, moves]) => {
    const of = (kind: string) =>
      moves.filter((one) => one.kind === kind).map(({ amount }) => Math.abs(amount));
    return { paymentKey, orderId: moves[0]?.orderId ?? "", captures: of("approval"), refunds: of("cancel") };
  });
};
