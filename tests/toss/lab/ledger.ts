import type { TossErrorCode } from "../errors/status.ts";
import type { Payment, PaymentStatus } from "../payments/payment.ts";
import type { PaymentStore } from "../payments/store.ts";
import type { Transaction } from "../payments/transaction.ts";
import type { Fault } from "./faults.ts";

/** The mock's routes, by the names that faults, holds and the ledger use. */
export const routes = [
  "confirm",
  "cancel",
  "getPayment",
  "getOrderPayment",
  "getSettlements",
  "getTransactions",
] as const;
export type Route = (typeof routes)[number];

/** One request the mock received, and what became of it. */
export interface RequestEntry {
  readonly seq: number;
  /** ISO-8601, UTC. */
  readonly receivedAt: string;
  readonly route: Route;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly paymentKey: string | null;
  readonly orderId: string | null;
  /** The parsed JSON body, or the raw text when it is not JSON; null when empty. */
  readonly body: unknown;
  /** True once the operation itself has run, whatever its result: not for a replay, nor for a refusal at the door. */
  processed: boolean;
  /** True when the reply of an earlier request under the same key was given again. */
  replayed: boolean;
  fault: Fault["kind"] | null;
  /** The answer, known before it is delivered. */
  outcome: { readonly status: number; readonly code: TossErrorCode | null } | null;
  /** `cut`: the connection was closed without a reply. `withheld`: no reply was ever sent. */
  delivery: "pending" | "sent" | "cut" | "withheld";
}

/** Which entries a question is about; an absent field matches all. */
export interface LedgerFilter {
  readonly orderId?: string | undefined;
  readonly paymentKey?: string | undefined;
  readonly route?: Route | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** One payment as an assertion wants it. Amounts are whole KRW. */
export interface PaymentAccount {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly status: PaymentStatus;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
  readonly balanceAmount: number;
  readonly cancels: Payment["cancels"];
  readonly requests: readonly RequestEntry[];
}

/** What moved and what was asked. Nothing is ever removed. */
export interface Ledger {
  requests(filter?: LedgerFilter): readonly RequestEntry[];
  transactions(filter?: LedgerFilter): readonly Transaction[];
  /** The approvals of an order that took money: "captured exactly once" is a length of one. */
  captures(orderId: string): readonly Transaction[];
  /** The cancels of an order that gave money back. */
  refunds(orderId: string): readonly Transaction[];
  /** The account of one payment. @throws Error when there is no such payment */
  account(paymentKey: string): PaymentAccount;
  accounts(filter?: LedgerFilter): readonly PaymentAccount[];
}

/** The ledger with the two ways to write to it. */
export interface LedgerBook extends Ledger {
  receive(request: Omit<RequestEntry, "seq" | "receivedAt" | Result>): RequestEntry;
  record(transaction: Transaction): void;
}
type Result = "processed" | "replayed" | "fault" | "outcome" | "delivery";

/** @param clock ms since the epoch */
export function createLedger(clock: () => number, store: PaymentStore): LedgerBook {
  const requests: RequestEntry[] = [];
  const transactions: Transaction[] = [];

  const find = (filter: LedgerFilter = {}) => requests.filter((entry) => matches(entry, filter));
  const moves = (filter: LedgerFilter = {}) => transactions.filter((entry) => matches(entry, filter));
  const moved = (orderId: string, kind: Transaction["kind"]) =>
    moves({ orderId }).filter((entry) => entry.kind === kind && entry.amount > 0);

  // Grouped once, so that reading all accounts stays linear in what the mock has seen.
  function accountsOf(payments: readonly Payment[]): PaymentAccount[] {
    const moveOf = Map.groupBy(transactions, ({ paymentKey }) => paymentKey);
    const requestOf = Map.groupBy(requests, ({ paymentKey }) => paymentKey);
    return payments.map(({ paymentKey, orderId, status, balanceAmount, cancels }) => {
      const own = moveOf.get(paymentKey) ?? [];
      return {
        paymentKey,
        orderId,
        status,
        capturedAmount: sum(own, "approval"),
        refundedAmount: sum(own, "cancel"),
        balanceAmount,
        cancels,
        requests: requestOf.get(paymentKey) ?? [],
      };
    });
  }

  return {
    requests: find,
    transactions: moves,
    captures: (orderId) => moved(orderId, "approval"),
    refunds: (orderId) => moved(orderId, "cancel"),
    account(paymentKey) {
      const record = store.get(paymentKey);
      const [account] = record === null ? [] : accountsOf([record.payment]);
      if (account === undefined) throw new Error(`The mock knows no payment ${paymentKey}.`);
      return account;
    },
    accounts: ({ orderId, paymentKey } = {}) =>
      accountsOf(
        store
          .all()
          .map(({ payment }) => payment)
          .filter((payment) => matches(payment, { orderId, paymentKey })),
      ),
    receive(request) {
      const entry: RequestEntry = {
        seq: requests.length + 1,
        receivedAt: new Date(clock()).toISOString(),
        ...request,
        processed: false,
        replayed: false,
        fault: null,
        outcome: null,
        delivery: "pending",
      };
      requests.push(entry);
      return entry;
    },
    record: (transaction) => void transactions.push(transaction),
  };
}

const sum = (moves: readonly Transaction[], kind: Transaction["kind"]) =>
  moves.filter((move) => move.kind === kind).reduce((total, { amount }) => total + amount, 0);

/** Whether `entry` has every value that `filter` names. */
function matches(entry: object, filter: LedgerFilter): boolean {
  return Object.entries(filter).every(
    ([name, value]) => value === undefined || Reflect.get(entry, name) === value,
  );
}
