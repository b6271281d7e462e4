import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandId, newCommand } from "../../actors/command.ts";
import { foldOrder, type LiveOrder } from "../../actors/runtime/fold.ts";
import {
  type CommandData,
  type CommandType,
  createCalendar,
  createOrderDomain,
  DAY_MS,
  defaultPolicy,
  type Instant,
  type KstDate,
  kstDateOf,
  later,
} from "../../machines/mod.ts";
import { createSqliteLedgers } from "../../settlement/ledgers.sqlite.ts";
import { createOrderTransactions } from "../../settlement/order-transactions.ts";
import type { Ledgers, OrderTransactions, Reconciliation } from "../../settlement/ports.ts";
import { type ReconcileParts, reconcile } from "../../settlement/reconcile/mod.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { createInstantStore } from "../bench/instant-store.ts";
import { someRow } from "./ledgers-fixtures.ts";

const domain = createOrderDomain(defaultPolicy);
const PRICE = 1_000;

/** No holidays but weekends; sold on a Tuesday, paid out on the Friday. */
export const calendar = createCalendar({ "2026": new Set(), "2027": new Set() });

/** Noon in Korea, plus minutes. */
export const noon = (date: KstDate, minutes = 0): Instant => later(`${date}T03:00:00.000Z`, minutes * 60_000);

/** What moved at Toss, as Toss itself has it: rows are made of these, and of nothing that our orders say. */
interface TossTransaction {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly transactionKey: string;
  /** Below zero for a cancel. */
  readonly amount: number;
  readonly at: Instant;
  readonly approvedAt: Instant;
}

export interface Shop {
  readonly orders: OrderTransactions;
  readonly ledgers: Ledgers;
  /** Orders and pays some pieces at 1,000 KRW each. `keyless`: Toss' answer does not tell the transaction's key. */
  buy(at: Instant, pieces: number, how?: { keyless?: boolean }): Promise<string>;
  /** Cancels pieces of a paid order; they come back and are refunded. */
  refund(orderId: string, pieces: number, at: Instant): Promise<void>;
  /** A payment that was declined and the order cancelled; then it was captured after all, and given back at `backAt`. */
  stray(at: Instant, pieces: number, backAt?: Instant, how?: { keyless?: boolean }): Promise<string>;
  /** A row of everything that moved at Toss. */
  rows(): SettlementRow[];
  /** Puts rows into the ledger: all there are, unless it is said which. */
  settle(rows?: readonly SettlementRow[]): Promise<void>;
  reconcile(date: KstDate, parts?: Partial<ReconcileParts>): Promise<Reconciliation>;
  dispose(): Promise<void>;
}

export const createShop = async (): Promise<Shop> => {
  const folder = await mkdtemp(join(tmpdir(), "jumun-reconcile-"));
  const ledgers = createSqliteLedgers({ path: join(folder, "ledgers.sqlite") });
  const store = createInstantStore();
  const orders = createOrderTransactions(store);
  const live = new Map<string, LiveOrder>();
  const toss: TossTransaction[] = [];
  let made = 0;
  const next = (name: string) => {
    made += 1;
    return `${name}-${String(made).padStart(4, "0")}`;
  };

  const does = async <T extends CommandType>(orderId: string, at: Instant, type: T, data: CommandData<T>) => {
    const command = newCommand({
      id: commandId(orderId, next("command")),
      orderId,
      type,
      data,
      actor: { role: "system", id: "test" },
      issuedAt: at,
    });
    const before = live.get(orderId);
    const folded = foldOrder(before, orderId, [{ orderId, command, settle: () => {} }], {
      domain,
      now: Date.parse(at),
      replyRetentionMs: DAY_MS,
      effectLeaseMs: 1,
    });
    const [outcome] = folded.outcomes;
    const reply = outcome?.outcome.status === "stored" ? outcome.outcome.reply : undefined;
    if (!reply?.ok) throw new Error(`${type}: ${JSON.stringify(outcome?.outcome)}`);
    live.set(orderId, folded.live);
    await store.commit([{ document: folded.live.document, expectedVersion: before?.document.version ?? 0 }]);
  };

  /** To the moment when Toss is asked to capture. */
  const pay = async (at: Instant, pieces: number) => {
    const [orderId, paymentKey] = [next("order"), next("payment")];
    await does(orderId, at, "order.place", {
      customer: { id: "c-1", name: "Hong Gildong", phone: "010-1234-5678" },
      lines: [{ productId: "tea", quantity: pieces, unitPrice: PRICE }],
      totalAmount: pieces * PRICE,
    });
    await does(orderId, at, "payment.request", { paymentKey, amount: pieces * PRICE });
    return { orderId, paymentKey };
  };

  const capture = async (
    { orderId, paymentKey }: { orderId: string; paymentKey: string },
    at: Instant,
    amount: number,
    { keyless = false } = {},
  ) => {
    const transactionKey = next("capture");
    toss.push({ orderId, paymentKey, transactionKey, amount, at, approvedAt: at });
    const key = keyless ? {} : { transactionKey };
    await does(orderId, at, "payment.capture", { attempt: 1, amount, approvedAt: at, ...key });
  };

  const giveBack = (orderId: string, amount: number, at: Instant): string => {
    const approval = toss.find((one) => one.orderId === orderId);
    if (!approval) throw new Error(`Nothing was captured for ${orderId}.`);
    const transactionKey = next("refund");
    toss.push({ ...approval, transactionKey, amount: -amount, at });
    return transactionKey;
  };

  return {
    orders,
    ledgers,
    async buy(at, pieces, how) {
      const its = await pay(at, pieces);
      await capture(its, at, pieces * PRICE, how);
      return its.orderId;
    },
    async refund(orderId, pieces, at) {
      const cancellationId = String((live.get(orderId)?.snapshot?.context.cancellations.length ?? 0) + 1);
      const lines = [{ productId: "tea", quantity: pieces }];
      await does(orderId, at, "cancellation.request", { lines, reason: "late" });
      await does(orderId, at, "cancellation.restock", { cancellationId });
      await does(orderId, at, "refund.begin", { cancellationId });
      const amount = pieces * PRICE;
      const transactionKey = giveBack(orderId, amount, at);
      await does(orderId, at, "refund.complete", { cancellationId, amount, transactionKey, canceledAt: at });
    },
    async stray(at, pieces, backAt, { keyless = false } = {}) {
      const its = await pay(at, pieces);
      await does(its.orderId, at, "payment.decline", { attempt: 1, code: "NO", message: "no" });
      await does(its.orderId, at, "cancellation.request", { reason: "changed my mind" });
      await capture(its, at, pieces * PRICE, { keyless });
      if (backAt === undefined) return its.orderId;
      const transactionKey = giveBack(its.orderId, pieces * PRICE, backAt);
      const key = keyless ? {} : { transactionKey, canceledAt: backAt };
      await does(its.orderId, backAt, "stray.complete", { attempt: 1, ...key });
      return its.orderId;
    },
    rows: () => toss.map(rowOf),
    settle: (rows = toss.map(rowOf)) => ledgers.upsertRows(rows),
    reconcile: (date, parts = {}) => reconcile(date, { ledgers, orders, calendar, pageSize: 3, ...parts }),
    async dispose() {
      await ledgers.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const rowOf = ({ at, amount, ...its }: TossTransaction): SettlementRow => {
  const soldDate = kstDateOf(at);
  return someRow({
    ...its,
    amount,
    soldDate,
    paidOutDate: calendar.paidOutDateOf(soldDate),
    ...(amount < 0 && { cancel: { canceledAt: at, amount: -amount, reason: "late" } }),
  });
};

/** Counts of a reconciliation that are not zero. */
export const found = ({ counts }: Reconciliation): Partial<Reconciliation["counts"]> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
