import { asOf } from "./expiry.ts";
import type { PaymentRecord } from "./payment.ts";

/** The mock's payments, in memory. A read expires what has run out of time and reports it. */
export interface PaymentStore {
  get(paymentKey: string): PaymentRecord | null;
  /** The payments of an order, oldest first: a declined buyer may authenticate again under a new key. */
  ofOrder(orderId: string): PaymentRecord[];
  all(): PaymentRecord[];
  put(record: PaymentRecord): void;
}

/**
 * @param clock ms since the epoch
 * @param onExpired told once of each payment that a read found expired
 */
export function createPaymentStore(
  clock: () => number,
  onExpired: (record: PaymentRecord) => void,
): PaymentStore {
  const records = new Map<string, PaymentRecord>();
  const keysOfOrder = new Map<string, string[]>();

  const get = (paymentKey: string) => {
    const stored = records.get(paymentKey);
    if (stored === undefined) return null;
    const record = asOf(stored, clock());
    if (record !== stored) {
      records.set(paymentKey, record);
      onExpired(record);
    }
    return record;
  };
  const each = (keys: Iterable<string>) =>
    [...keys].map(get).filter((record): record is PaymentRecord => record !== null);

  return {
    get,
    ofOrder: (orderId) => each(keysOfOrder.get(orderId) ?? []),
    all: () => each(records.keys()),
    put(record) {
      const { paymentKey, orderId } = record.payment;
      if (!records.has(paymentKey)) {
        keysOfOrder.set(orderId, [...(keysOfOrder.get(orderId) ?? []), paymentKey]);
      }
      records.set(paymentKey, record);
    },
  };
}
