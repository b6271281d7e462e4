import { silentLog } from "../../../actors/ports.ts";
import { openOrderStore } from "../../../deploy/order-store.ts";
import { openBooks } from "../../../deploy/settlement.ts";
import { readSettlementConfig } from "../../../deploy/settlement-config.ts";
import type { KstDate } from "../../../machines/mod.ts";
import type { Ledgers } from "../../../settlement/ports.ts";
import type { SettlementRow } from "../../../settlement/row.ts";
import { readRow } from "../../../settlement/toss/read-row.ts";
import type { TossMock } from "../../toss/mod.ts";
import type { SettledDay } from "../checker/evidence.ts";
import type { Settling } from "../settling/settling.ts";
import { readOrderLedger } from "./order-ledger.ts";

const PAGE = 500;

/**
 * Each day as the provider has it and as the three departments do. Opens the books by itself, once nothing else runs.
 */
export const readDays = async ({ dates, settings }: Settling, mock: TossMock): Promise<SettledDay[]> => {
  const config = readSettlementConfig(settings);
  await using opened = new AsyncDisposableStack();
  const orders = await openOrderStore(config, silentLog);
  opened.defer(() => orders.close());
  const books = await openBooks(config, orders, silentLog);
  opened.defer(() => books.close());
  const orderLedger = await readOrderLedger(settings);
  const days: SettledDay[] = [];
  for (const date of dates) {
    const truth = truthOf(mock, date);
    days.push({
      date,
      status: (await books.runs.run(date))?.status ?? "not polled",
      truth,
      settlementLedger: await rowsOf(books.ledgers, date),
      orderLedger,
      accounting: await books.ledgers.accounting(date),
    });
  }
  return days;
};

const truthOf = (mock: TossMock, date: KstDate): SettlementRow[] =>
  [...mock.settlements.rows({ paidOutDate: date })].map((row) => {
    const read = readRow(JSON.parse(JSON.stringify(row)), date);
    if (!read.ok) throw new Error(`a row of the mock can't be read: ${read.reason}`);
    return read.row;
  });

const rowsOf = async (ledgers: Ledgers, date: KstDate): Promise<SettlementRow[]> => {
  const rows: SettlementRow[] = [];
  let after: string | undefined;
  do {
    const page = await ledgers.rows(date, { limit: PAGE, ...(after !== undefined && { after }) });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== undefined);
  return rows;
};
