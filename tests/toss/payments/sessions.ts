import { Value } from "@sinclair/typebox/value";
import type { Settings } from "../options.ts";
import { expired } from "./expiry.ts";
import { newPaymentKey, newSecret } from "./ids.ts";
import type { Payment, PaymentRecord } from "./payment.ts";
import { authenticated, openPayment, SessionRequest } from "./session.ts";
import type { PaymentStore } from "./store.ts";

/** The buyer's side: what the payment window of the SDK does before the merchant's server is called. */
export interface Sessions {
  /** Opens the window: a `READY` payment. */
  open(request: SessionRequest): Payment;
  /**
   * The buyer authenticates: an `IN_PROGRESS` payment, to be confirmed within ten minutes. With the paymentKey of a
   * window that is open, that one; otherwise a new payment.
   *
   * @example
   * const { paymentKey } = mock.authenticate({ orderId: "order-000001", amount: 15_000 });
   * @throws Error when the request is malformed or its paymentKey is taken
   */
  authenticate(request: SessionRequest): Payment;
  /** Closes an unconfirmed session at once, as if its time had run out. */
  expire(paymentKey: string): Payment;
}

/** @param onExpired told of a payment that `expire` closed */
export function createSessions(
  { clock, mId }: Settings,
  store: PaymentStore,
  onExpired: (payment: Payment) => void,
): Sessions {
  const taken = (paymentKey: string) => store.get(paymentKey) !== null;

  function open(request: SessionRequest): PaymentRecord {
    const at = clock();
    const paymentKey = request.paymentKey ?? newPaymentKey(mId, at, taken);
    if (taken(paymentKey)) throw new Error(`paymentKey ${paymentKey} is taken; nothing was opened.`);
    const record = openPayment(request, { paymentKey, mId, secret: newSecret() }, at);
    store.put(record);
    return record;
  }

  return {
    open(request) {
      requireValid(request);
      return open(request).payment;
    },
    authenticate(request) {
      requireValid(request);
      const found = request.paymentKey === undefined ? null : store.get(request.paymentKey);
      const record = isWindowOf(found, request) ? found : open(request);
      const next = authenticated({ ...record, decline: request.decline ?? record.decline }, clock());
      store.put(next);
      return next.payment;
    },
    expire(paymentKey) {
      const record = store.get(paymentKey);
      const status = record?.payment.status;
      if (record === null || (status !== "READY" && status !== "IN_PROGRESS")) {
        throw new Error(`${paymentKey} is ${status ?? "unknown"}, not an open session; nothing was expired.`);
      }
      const next = expired(record);
      store.put(next);
      onExpired(next.payment);
      return next.payment;
    },
  };
}

/** Whether `found` is the open window that this buyer was shown. */
function isWindowOf(found: PaymentRecord | null, request: SessionRequest): found is PaymentRecord {
  const payment = found?.payment;
  return (
    payment?.status === "READY" &&
    payment.orderId === request.orderId &&
    payment.totalAmount === request.amount
  );
}

function requireValid(request: unknown): asserts request is SessionRequest {
  if (!Value.Check(SessionRequest, request)) {
    const problem = Value.Errors(SessionRequest, request).First();
    throw new Error(`Bad session${problem?.path ?? ""}: ${problem?.message ?? "not an object"}.`);
  }
  const { amount, taxFreeAmount = 0, taxExemptionAmount = 0 } = request;
  if (taxFreeAmount + taxExemptionAmount > amount) {
    throw new Error("Bad session: the untaxed amounts exceed the amount.");
  }
}
