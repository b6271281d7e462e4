import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addDays, type KstDate, kstMidnight, type SettlementCalendar } from "../machines/mod.ts";
import { todayInSeoul } from "../settlement/dates.ts";
import type { OrderSettlement, Reconciliation, SettlementDay } from "../settlement/ports.ts";
import { accountingTable, reconciliationTable, won } from "../settlement/reconcile/table.ts";
import { startTossMock, type TossMock } from "../tests/toss/mod.ts";
import { startApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { settle } from "./settle.ts";
import { settleKilled } from "./settle-demo/kill.ts";
import { calendarOf } from "./settlement.ts";
import { readSettlementConfig } from "./settlement-config.ts";

/** What may go wrong at Toss, or with the poller, while it polls. Each day must reconcile all the same. */
const faults: Readonly<Record<string, (mock: TossMock, date: KstDate) => void>> = {
  none: () => {},
  "429": (mock) => {
    for (let n = 0; n < 5; n += 1) mock.faults.next("getSettlements", { kind: "tooManyRequests" });
  },
  "5xx": (mock) => {
    mock.faults.next("getSettlements", { kind: "error", code: "FAILED_INTERNAL_SYSTEM_PROCESSING" });
  },
  drop: (mock) => mock.faults.next("getSettlements", { kind: "dropAfterSuccess" }),
  twice: (mock, date) => mock.settlements.arm({ kind: "rowTwice", page: 1, date }),
  late: (mock, date) => mock.settlements.arm({ kind: "rowsLate", rows: 3, afterCalls: 2, date }),
  empty: (mock, date) => mock.settlements.arm({ kind: "emptyFirstPage", date }),
  // The poller's own end: see settleDay.
  kill: () => {},
};

const help = `Sells, refunds, settles and reconciles on the embedded default: no servers, no Toss account.

Usage: bun run settle:demo [--orders 30] [--fault ${Object.keys(faults).join("|")}]`;

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "30" },
    fault: { type: "string", default: "none" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const count = Number(values.orders);
const fault = faults[values.fault];
if (!fault || !Number.isInteger(count) || count < 3 || count > 10_000) {
  console.error(help);
  process.exit(64);
}

/** The last two payouts up to today, and the days on which what they pay was sold. */
const daysOf = (calendar: SettlementCalendar, today: KstDate) => {
  const second = firstWith(today, (date) => calendar.soldDatesOf(date).length > 0);
  const refundDay = calendar.soldDatesOf(second)[0] ?? "";
  const first = firstWith(refundDay, (date) => calendar.soldDatesOf(date).length > 0);
  return { saleDay: calendar.soldDatesOf(first)[0] ?? "", first, refundDay, second };
};
const firstWith = (date: KstDate, fits: (date: KstDate) => boolean): KstDate =>
  fits(date) ? date : firstWith(addDays(date, -1), fits);

const folder = mkdtempSync(join(tmpdir(), "jumun-settle-"));
const settings = { DATA_DIR: folder, LOG_LEVEL: "error", AUTO_CONFIRM_DAYS: "60", PORT: "0" };
const today = todayInSeoul({ now: Date.now });
const calendar = await calendarOf(readSettlementConfig(settings), addDays(today, -30), today);
const { saleDay, first, refundDay, second } = daysOf(calendar, today);

// The demo's days lie in the past, so that the poller, which has the real clock, may ask for them.
let behind = Date.now() - Date.parse(kstMidnight(saleDay)) - 10 * 60 * 60_000;
const now = () => Date.now() - behind;
const moveTo = (day: KstDate) => {
  behind = Date.now() - Date.parse(kstMidnight(day)) - 10 * 60 * 60_000;
};

const mock = await startTossMock({ clock: now, paidOutDateOf: calendar.paidOutDateOf });
const shop = {
  ...settings,
  TOSS_BASE_URL: mock.url,
  TOSS_SECRET_KEY: mock.secretKey,
  TOSS_MID: mock.mId,
  AUTH: "dev",
};
const app = await startApp(readConfig(shop), createLog("error"), { clock: { now }, scanEveryMs: 20 });
const base = `${app.url}`.replace(/\/$/, "");

const call = async <T>(method: "GET" | "POST", path: string, body?: object): Promise<T> => {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
};

const until = async (orderId: string, wanted: readonly string[]): Promise<void> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { state } = await call<{ state: string }>("GET", `/orders/${orderId}`);
    if (wanted.includes(state)) return;
    if (Date.now() > deadline) throw new Error(`order ${orderId} is ${state}, not ${wanted.join(" or ")}`);
    await Bun.sleep(10);
  }
};

const sell = async (n: number): Promise<string> => {
  const lines = [
    { productId: "keyboard", quantity: 2, unitPrice: 45_000 + 100 * n },
    { productId: "mouse", quantity: 1, unitPrice: 30_000 },
  ];
  const totalAmount = lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
  const customer = { id: `customer-${n}`, name: "김주문", phone: "010-1234-5678" };
  const { orderId } = await call<{ orderId: string }>("POST", "/orders", { customer, lines, totalAmount });
  const { paymentKey } = mock.authenticate({ orderId, amount: totalAmount });
  await call("POST", `/orders/${orderId}/payment`, { paymentKey, amount: totalAmount });
  await until(orderId, ["paid"]);
  return orderId;
};

const refund = async (orderId: string, cancellation: string, lines?: object): Promise<void> => {
  await call("POST", `/orders/${orderId}/cancellations`, {
    reason: "changed my mind",
    ...(lines && { lines }),
  });
  await call("POST", `/orders/${orderId}/cancellations/${cancellation}/restock`);
  await until(orderId, ["partiallyRefunded", "refunded"]);
};

const rowsOf = (date: KstDate): number => mock.settlements.totals({ paidOutDate: date }).rows;

const settleDay = async (date: KstDate): Promise<void> => {
  fault(mock, date);
  const env = { ...shop, SETTLEMENT_CALLS_PER_SECOND: "100" };
  if (values.fault === "kill") {
    const page = await settleKilled(date, { rows: rowsOf(date), env });
    console.log(
      `            page ${page} is in the log, its checkpoint is not: the poller is killed, and run again`,
    );
    return;
  }
  const config = readSettlementConfig(env);
  const signal = new AbortController().signal;
  await settle(
    config,
    { date, window: 0, load: true, json: false },
    { logger: createLog("error"), signal, print: () => {} },
  );
};

let failed = false;
try {
  console.log(`Jumun on ${base}, Toss mock on ${mock.url}, fault: ${values.fault}\n`);
  console.log(`${saleDay}  ${count} orders are paid, some pieces go back on the same day`);
  const orders: string[] = [];
  for (let n = 0; n < count; n += 1) orders.push(await sell(n));
  for (const orderId of orders.slice(0, Math.ceil(count / 3))) {
    await refund(orderId, "1", [{ productId: "keyboard", quantity: 1 }]);
  }

  moveTo(first);
  console.log(`${first}  three business days later Toss pays them out`);
  await settleDay(first);

  moveTo(refundDay);
  console.log(`${refundDay}  one whole order goes back, though it was paid out already`);
  await refund(orders.at(-1) ?? "", "1");

  moveTo(second);
  console.log(`${second}  its row, below zero, is paid out`);
  await settleDay(second);

  for (const date of [first, second]) {
    const day = await call<SettlementDay>("GET", `/settlements/${date}`);
    const report = await call<Reconciliation>("GET", `/settlements/${date}/reconciliation`);
    console.log(`\n${accountingTable(day.accounting)}\n\n${reconciliationTable(report)}`);
    failed ||= !report.clean || report.counts.matched === 0;
    const counted = day.accounting.reduce((sum, { rows }) => sum + rows, 0);
    failed ||= counted !== rowsOf(date) || report.counts.matched !== counted;
  }
  const { settlements } = await call<{ settlements: OrderSettlement[] }>(
    "GET",
    `/orders/${orders.at(-1)}/settlements`,
  );
  console.log(`\nThe order ledger of the order that went back, ${orders.at(-1)}:`);
  for (const { paidOutDate, amount, payOutAmount } of settlements) {
    console.log(`  ${paidOutDate}  ${won(amount)}, of which Toss pays out ${won(payOutAmount)}`);
  }
  failed ||= settlements.length !== 2;
  console.log(failed ? "\nSomething does not match." : "\nEvery row is matched, in three ledgers.");
} catch (error) {
  failed = true;
  console.error(error);
}
await app.stop();
await mock.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
