import type { PaymentRecord } from "./payment.ts";

/** How long the buyer has to authenticate, from READY. */
export const AUTHENTICATION_WINDOW_MS = 30 * 60 * 1000;

/** How long the merchant has to confirm, from the buyer's authentication. */
export const CONFIRM_WINDOW_MS = 10 * 60 * 1000;

/** The record with status `EXPIRED`, as the provider shows it afterwards. */
export function expired(record: PaymentRecord): PaymentRecord {
  const failure = { code: "EXPIRED_PAYMENT", message: "결제가 만료되었습니다. 다시 시도해주세요." };
  return { ...record, payment: { ...record.payment, status: "EXPIRED", failure } };
}

/** The record as it stands at `now`: unchanged, or expired when a window has closed without its next step. */
export function asOf(record: PaymentRecord, now: number): PaymentRecord {
  const { status } = record.payment;
  const readyTooLong = status === "READY" && now > record.openedAt + AUTHENTICATION_WINDOW_MS;
  const unconfirmed =
    status === "IN_PROGRESS" && now > (record.authenticatedAt ?? record.openedAt) + CONFIRM_WINDOW_MS;
  return readyTooLong || unconfirmed ? expired(record) : record;
}
