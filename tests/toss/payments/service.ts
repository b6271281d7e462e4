import type { TossErrorCode } from "../errors/status.ts";
import type { Settings } from "../options.ts";
import { type CancelRequest, cancel } from "./cancel.ts";
import { type ConfirmRequest, confirm } from "./confirm.ts";
import { deposit } from "./deposit.ts";
import { newTransactionKey } from "./ids.ts";
import type { Payment, PaymentRecord } from "./payment.ts";
import type { Step } from "./step.ts";
import type { PaymentStore } from "./store.ts";
import type { Transaction } from "./transaction.ts";

/** A payment, or the code that refuses it; `changed` is the payment whose state a webhook has to tell, if any. */
export type Outcome =
  | { readonly ok: true; readonly payment: Payment; readonly changed: Payment | null }
  | { readonly ok: false; readonly code: TossErrorCode; readonly changed: Payment | null };

/** The four operations of the core API and the deposit, over stored payments. */
export interface PaymentService {
  confirm(request: ConfirmRequest): Outcome;
  cancel(paymentKey: string, request: CancelRequest): Outcome;
  deposit(paymentKey: string): Outcome;
  get(paymentKey: string): Outcome;
  getByOrder(orderId: string): Outcome;
}

/** @param record told of each transaction, in order */
export function createPaymentService(
  settings: Settings,
  store: PaymentStore,
  record: (transaction: Transaction) => void,
): PaymentService {
  const { clock, showUnapproved, refuseDuplicateOrders } = settings;

  const missing: Outcome = { ok: false, code: "NOT_FOUND_PAYMENT", changed: null };

  function run(
    paymentKey: string,
    operation: (found: PaymentRecord, at: number, transactionKey: string) => Step,
  ): Outcome {
    const found = store.get(paymentKey);
    if (found === null) return missing;
    const step = operation(found, clock(), newTransactionKey());
    if (step.record !== undefined) store.put(step.record);
    if (!step.ok) return { ok: false, code: step.code, changed: step.record?.payment ?? null };
    record(step.transaction);
    return { ok: true, payment: step.record.payment, changed: step.record.payment };
  }

  const approvedElsewhere = ({ payment }: PaymentRecord) =>
    store
      .ofOrder(payment.orderId)
      .some((other) => other.payment.paymentKey !== payment.paymentKey && isApproved(other.payment));

  const shown = (found: PaymentRecord | null | undefined): Outcome =>
    found && (showUnapproved || !isUnapproved(found.payment))
      ? { ok: true, payment: found.payment, changed: null }
      : missing;

  return {
    confirm: (request) =>
      run(request.paymentKey, (found, at, transactionKey) => {
        if (refuseDuplicateOrders && isInProgress(found.payment) && approvedElsewhere(found)) {
          return { ok: false, code: "DUPLICATED_ORDER_ID" };
        }
        return confirm(found, request, at, transactionKey);
      }),
    cancel: (paymentKey, request) => run(paymentKey, (found, at, key) => cancel(found, request, at, key)),
    deposit: (paymentKey) => run(paymentKey, deposit),
    get: (paymentKey) => shown(store.get(paymentKey)),
    getByOrder(orderId) {
      // An order's approved payment speaks for it; without one, its latest attempt does.
      const ofOrder = store.ofOrder(orderId);
      return shown(ofOrder.find(({ payment }) => isApproved(payment)) ?? ofOrder.at(-1));
    },
  };
}

const isInProgress = ({ status }: Payment) => status === "IN_PROGRESS";
const isUnapproved = ({ status }: Payment) => status === "READY" || status === "IN_PROGRESS";
const isApproved = ({ status }: Payment) =>
  status === "DONE" ||
  status === "CANCELED" ||
  status === "PARTIAL_CANCELED" ||
  status === "WAITING_FOR_DEPOSIT";
