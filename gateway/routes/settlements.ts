import { addDays, isKstDate, type KstDate } from "../../machines/mod.ts";
import type { SettlementReader } from "../../settlement/ports.ts";
import { notValid, wrongDays } from "../days.ts";
import { orderLinks, orderSettlementsPath, reconciliationPath, settlementPath } from "../links.ts";
import { describe } from "../openapi.ts";
import { HttpProblem } from "../problem.ts";
import { OrderParams } from "../schemas/common.ts";
import { DateParams, DatesQuery } from "../schemas/settlement.ts";
import { existingOrder, newRoutes, type Services } from "../services.ts";

/** A quarter: as much as a chart shows, and as a request should cost. */
const MOST_DAYS = 92;

/** What Toss pays out, by day and by order. Read only. */
export const settlementRoutes = (services: Services) =>
  newRoutes(services)
    .get(
      "/settlements",
      async ({ query: { from, to } }) => {
        const errors = [...wrongDays({ from, to }), ...wrongRange(from, to)];
        if (errors.length > 0) throw notValid("query", errors);
        return { days: await readerOf(services).days(from, to) };
      },
      {
        query: DatesQuery,
        detail: describe({
          tag: "Settlement",
          summary: "Read what is paid out over some days",
          description:
            `Each day of the range, at most ${MOST_DAYS}, oldest first. Sums are what the day's run counted in a whole ` +
            "pass, or until then, what accounting holds.",
          replies: { 200: "SettlementDays" },
          problems: ["VALIDATION_FAILED", "SETTLEMENT_NOT_SERVED"],
        }),
      },
    )
    .get(
      "/settlements/:date",
      async ({ params }) => {
        const date = realDate(params.date);
        return {
          ...(await readerOf(services).day(date)),
          _links: {
            self: { href: settlementPath(date) },
            reconciliation: { href: reconciliationPath(date) },
          },
        };
      },
      {
        params: DateParams,
        detail: describe({
          tag: "Settlement",
          summary: "Read what is paid out on a day",
          description:
            "By the day of the payout in Korea: how far its rows were read, and what they add up to.",
          replies: { 200: "SettlementDay" },
          problems: ["VALIDATION_FAILED", "SETTLEMENT_NOT_SERVED"],
        }),
      },
    )
    .get(
      "/settlements/:date/reconciliation",
      async ({ params }) => readerOf(services).reconciliation(realDate(params.date)),
      {
        params: DateParams,
        detail: describe({
          tag: "Settlement",
          summary: "Compare a day's rows with our orders",
          description:
            "Worked out anew at each request. A day that was not polled yet is missing at Toss whole.",
          replies: { 200: "Reconciliation" },
          problems: ["VALIDATION_FAILED", "SETTLEMENT_NOT_SERVED", "YEAR_NOT_COVERED"],
        }),
      },
    )
    .get(
      "/orders/:id/settlements",
      async ({ caller, params: { id } }) => {
        const reader = readerOf(services);
        await existingOrder(services, caller, id);
        return {
          orderId: id,
          settlements: await reader.orderSettlements(id),
          _links: { self: { href: orderSettlementsPath(id) }, ...orderLinks(id) },
        };
      },
      {
        params: OrderParams,
        detail: describe({
          tag: "Settlement",
          summary: "Read where an order's money is",
          description:
            "Each row that Toss has settled for it, refunds below zero. Empty until the day after a payment.",
          replies: { 200: "OrderSettlements" },
          problems: ["VALIDATION_FAILED", "ORDER_NOT_FOUND", "SETTLEMENT_NOT_SERVED"],
        }),
      },
    );

/** The routes are always there, so that the API is the same everywhere; not every process has ledgers to read. */
const readerOf = ({ settlements }: Services): SettlementReader => {
  if (settlements) return settlements;
  throw new HttpProblem({
    code: "SETTLEMENT_NOT_SERVED",
    detail: "This gateway was started without settlement, so it has no ledgers to read. Ask one that has.",
  });
};

const realDate = (date: string): KstDate => {
  if (isKstDate(date)) return date;
  throw notValid("path", wrongDays({ date }));
};

const wrongRange = (from: KstDate, to: KstDate) => {
  if (to < from) return [{ pointer: "/to", message: "Expected a day that is not before from" }];
  if (to <= addDays(from, MOST_DAYS - 1)) return [];
  return [{ pointer: "/to", message: `Expected a range of at most ${MOST_DAYS} days` }];
};
