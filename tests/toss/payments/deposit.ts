import type { Payment, PaymentRecord } from "./payment.ts";
import { refuse, type Step } from "./step.ts";
import { seoulTime } from "./time.ts";
import { transactionOf } from "./transaction.ts";

/** The buyer's transfer reaches the virtual account: `WAITING_FOR_DEPOSIT` becomes `DONE` and the money is there. */
export function deposit(record: PaymentRecord, at: number, transactionKey: string): Step {
  const { payment } = record;
  if (payment.status !== "WAITING_FOR_DEPOSIT") return refuse("INVALID_REQUEST");
  const now = seoulTime(at);
  const after: Payment = { ...payment, status: "DONE", approvedAt: now, lastTransactionKey: transactionKey };
  const move = {
    kind: "approval",
    amount: payment.totalAmount,
    transactionKey,
    transactionAt: now,
  } as const;
  return { ok: true, record: { ...record, payment: after }, transaction: transactionOf(record, after, move) };
}
