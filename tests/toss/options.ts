import { MOCK_SECRET_KEY } from "../../actors/toss/mock-key.ts";
import { type PaidOutDateOf, weekdaysAfter } from "./settlements/paid-out.ts";

/** How a mock is set up. Every field has a default; the last five settle what the provider's documents leave open. */
export interface TossMockOptions {
  /** TCP port; 0 (the default) takes a free one. */
  readonly port?: number;
  /** The mock's time, ms since the epoch. Delays and webhook retries run on real time all the same. */
  readonly clock?: () => number;
  /** The one secret key that is accepted. A `live_` key makes the mock ignore `TossPayments-Test-Code`. */
  readonly secretKey?: string;
  /** The merchant id, at most 14 characters. */
  readonly mId?: string;
  /** Where webhooks go; null (the default) sends none. Can be set later with `mock.webhooks.configure`. */
  readonly webhookUrl?: string | null;
  /** Whether changes make webhooks at all, to be sent or only kept to be sent again. Default true. */
  readonly webhooks?: boolean;
  /** Waits before each retry of a webhook that was not answered 200, in ms; `[]` turns retries off. */
  readonly webhookRetries?: readonly number[];
  /** Whether a virtual account's changes also send the older DEPOSIT_CALLBACK event. Default false. */
  readonly depositCallbacks?: boolean;
  /** Whether a 5xx reply is bound to its Idempotency-Key, as 4xx replies are. Default true, the harder case. */
  readonly bindServerErrors?: boolean;
  /** Whether a lookup finds a payment that is READY or IN_PROGRESS. Default true. */
  readonly showUnapproved?: boolean;
  /** Whether a second session of an order already approved is refused with DUPLICATED_ORDER_ID. Default true. */
  readonly refuseDuplicateOrders?: boolean;
  /** When the sales of a day are paid out, such as a calendar's method. Default three weekdays later. */
  readonly paidOutDateOf?: PaidOutDateOf;
}

/** The options with every default filled in. */
export type Settings = Required<TossMockOptions>;

const MINUTE_MS = 60_000;

/** The documented schedule: 1, 4, 16, 64, 256, 1024 and 4096 minutes after the attempt before. */
export const documentedRetries: readonly number[] = [1, 4, 16, 64, 256, 1024, 4096].map((n) => n * MINUTE_MS);

/** Fills in the defaults. */
export function settingsOf(options: TossMockOptions): Settings {
  return {
    port: 0,
    clock: Date.now,
    secretKey: MOCK_SECRET_KEY,
    mId: "jumunmock",
    webhookUrl: null,
    webhooks: true,
    webhookRetries: documentedRetries,
    depositCallbacks: false,
    bindServerErrors: true,
    showUnapproved: true,
    refuseDuplicateOrders: true,
    paidOutDateOf: weekdaysAfter(3),
    ...options,
  };
}
