import type { TossErrorCode } from "../errors/status.ts";
import type { PaymentRecord } from "./payment.ts";
import type { Transaction } from "./transaction.ts";

/**
 * What one operation does to one payment. A refusal usually changes nothing; a declined approval is the refusal that
 * does, since it aborts the payment.
 */
export type Step =
  | { readonly ok: true; readonly record: PaymentRecord; readonly transaction: Transaction }
  | { readonly ok: false; readonly code: TossErrorCode; readonly record?: PaymentRecord };

/** A refusal that changes nothing. */
export const refuse = (code: TossErrorCode): Step => ({ ok: false, code });
