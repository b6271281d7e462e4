import { createControls } from "./http/controls.ts";
import { createExchange } from "./http/exchange.ts";
import { createIdempotencyStore } from "./http/idempotency.ts";
import type { Listen } from "./http/listen.ts";
import { createOperations } from "./http/operations.ts";
import { listenWithMockttp } from "./http/rules.ts";
import { createFaults, type Faults } from "./lab/faults.ts";
import { createGates, type Gates } from "./lab/gates.ts";
import { createLedger, type Ledger } from "./lab/ledger.ts";
import { createWebhooks, type Webhooks } from "./lab/webhooks.ts";
import { settingsOf, type TossMockOptions } from "./options.ts";
import type { Payment } from "./payments/payment.ts";
import { createPaymentService } from "./payments/service.ts";
import { createSessions, type Sessions } from "./payments/sessions.ts";
import { createPaymentStore } from "./payments/store.ts";
import { createSettlementControls } from "./settlements/controls.ts";
import { createSettlementDesk } from "./settlements/desk.ts";
import type { Settlements } from "./settlements/handle.ts";
import { createSettlementOperations } from "./settlements/operations.ts";

export type { TossErrorCode } from "./errors/status.ts";
export type { Fault, FaultScope } from "./lab/faults.ts";
export type { Hold, HoldOptions } from "./lab/gates.ts";
export type { PaymentAccount, RequestEntry, Route } from "./lab/ledger.ts";
export type { Delivery } from "./lab/webhooks.ts";
export type { TossMockOptions } from "./options.ts";
export type { Cancel, Payment, PaymentStatus } from "./payments/payment.ts";
export type { SessionRequest } from "./payments/session.ts";
export type { Transaction } from "./payments/transaction.ts";
export type {
  GeneratedRows,
  GenerateRequest,
  OfDay,
  Settlements,
  SettlementTotals,
} from "./settlements/handle.ts";
export { type PaidOutDateOf, weekdaysAfter } from "./settlements/paid-out.ts";
export type { Quirk } from "./settlements/quirks.ts";
export type { Settlement } from "./settlements/settlement.ts";

/** A running mock of Toss Payments' core API. */
export interface TossMock extends Gates {
  /** The base URL to give to a client, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly secretKey: string;
  readonly mId: string;
  /** The buyer's side of a payment. */
  readonly sessions: Sessions;
  /** Short for `sessions.authenticate`. */
  readonly authenticate: Sessions["authenticate"];
  /**
   * A virtual account's buyer pays.
   * @throws Error when the payment does not wait for a deposit
   */
  deposit(paymentKey: string): Payment;
  /** Everything that moved and everything that was asked. */
  readonly ledger: Ledger;
  /** Arms failures of coming calls. */
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  /** What is settled: of what was paid, and by formula. */
  readonly settlements: Settlements;
  /** Moves the mock's time on, by ms; gives the new time, ms since the epoch. */
  advance(ms: number): number;
  /** Cuts every connection, held or not, and ends. */
  stop(): Promise<void>;
}

/**
 * Starts the mock. It keeps all in memory and, since Mockttp does, listens on every interface of the machine.
 *
 * @example
 * const mock = await startTossMock();
 * const { paymentKey } = mock.authenticate({ orderId: "order-000001", amount: 15_000 });
 * mock.faults.next("confirm", { kind: "timeoutAfterSuccess" });
 * // … the client under test confirms, times out, looks up …
 * expect(mock.ledger.captures("order-000001")).toHaveLength(1);
 * await mock.stop();
 *
 * @throws Error when the port is taken
 */
export const startTossMock = (options: TossMockOptions = {}): Promise<TossMock> =>
  startToss(options, listenWithMockttp);

/** The same behind another HTTP server. */
export async function startToss(options: TossMockOptions, listen: Listen): Promise<TossMock> {
  const given = settingsOf(options);
  let ahead = 0;
  const settings = { ...given, clock: () => given.clock() + ahead };
  const { clock, secretKey, mId } = settings;
  const stopping = new AbortController();
  const stopped = stopping.signal;

  const webhooks = createWebhooks(settings, stopped);
  const tell = (payment: Payment) => webhooks.announceSoon(payment);
  const store = createPaymentStore(clock, ({ payment }) => tell(payment));
  const ledger = createLedger(clock, store);
  const service = createPaymentService(settings, store, ledger.record);
  const sessions = createSessions(settings, store, tell);
  const faults = createFaults();
  const gates = createGates();
  const idempotency = createIdempotencyStore(clock);
  const settlements = createSettlementDesk(settings, store, ledger);

  function deposit(paymentKey: string): Payment {
    const outcome = service.deposit(paymentKey);
    if (!outcome.ok)
      throw new Error(`${paymentKey} waits for no deposit (${outcome.code}); nothing changed.`);
    tell(outcome.payment);
    return outcome.payment;
  }

  function advance(ms: number): number {
    ahead += ms;
    return clock();
  }

  const server = await listen({
    port: settings.port,
    operations: [...createOperations(service, store), ...createSettlementOperations(settlements)],
    controls: [
      ...createControls({ sessions, faults, ledger, webhooks, deposit, advance }),
      ...createSettlementControls(settlements),
    ],
    exchange: createExchange({ settings, ledger, faults, gates, webhooks, idempotency, stopped }),
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    secretKey,
    mId,
    sessions,
    authenticate: sessions.authenticate,
    deposit,
    ledger,
    faults,
    webhooks,
    settlements,
    advance,
    hold: gates.hold,
    processed: gates.processed,
    async stop() {
      stopping.abort();
      gates.open();
      await server.stop();
    },
  };
}
