import { settle } from "../../deploy/settle.ts";
import { calendarOf } from "../../deploy/settlement.ts";
import { readSettlementConfig } from "../../deploy/settlement-config.ts";
import { addDays, type KstDate, kstMidnight, type SettlementCalendar } from "../../machines/mod.ts";
import { todayInSeoul } from "../../settlement/dates.ts";
import { until } from "../failures/eventually.ts";
import { createLogBook } from "../failures/log-book.ts";
import { type ConsoleLab, openConsoleLab } from "./lab.ts";

/** A shop whose days can be moved, so that what it sold on one can be paid out on another. */
export interface SettledShop extends ConsoleLab {
  readonly calendar: SettlementCalendar;
  readonly today: KstDate;
  /** Ten in the morning of a day. */
  moveTo(day: KstDate): void;
  /** Polls a day's rows from Toss, and gives them to the departments. */
  settleDay(date: KstDate): Promise<void>;
  /** Cancels and restocks, which refunds. */
  refund(orderId: string, lines?: object): Promise<void>;
}

const TEN = 10 * 60 * 60_000;

/** How far the past goes: as far as the console's chart. */
const DAYS = 100;

export const openSettledShop = async (): Promise<SettledShop> => {
  const today = todayInSeoul({ now: Date.now });
  let behind = 0;
  const now = () => Date.now() - behind;
  const calendar = await calendarOf(readSettlementConfig({}), addDays(today, -DAYS), today);
  const lab = await openConsoleLab({ clock: now, paidOutDateOf: calendar.paidOutDateOf });
  return {
    ...lab,
    calendar,
    today,
    moveTo(day) {
      behind = Date.now() - Date.parse(kstMidnight(day)) - TEN;
    },
    async settleDay(date) {
      const config = readSettlementConfig({ ...lab.settings, SETTLEMENT_CALLS_PER_SECOND: "1000" });
      const signal = new AbortController().signal;
      const flags = { date, window: 0, load: true, json: false };
      await settle(config, flags, { logger: createLogBook(), signal, print: () => {} });
    },
    async refund(orderId, lines) {
      const of = `/orders/${orderId}/cancellations`;
      const asked = await lab.post(of, { reason: "changed my mind", ...(lines && { lines }) });
      const { cancellationId } = (await asked.json()) as { cancellationId: string };
      await lab.post(`${of}/${cancellationId}/restock`);
      await until("it is refunded", async () => /efunded$/.test((await lab.order(orderId)).state));
    },
  };
};
