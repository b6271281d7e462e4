import type { Finding } from "../../../settlement/ports.ts";
import { addDays, isDay } from "../days.ts";
import { paths } from "../route.ts";

/** How many days the chart can show. */
export const spans = [30, 90] as const;

/** Where the view stands: the day, the chart's span, and which findings are listed. All of it is in the address. */
export interface Place {
  readonly date?: string;
  readonly span: (typeof spans)[number];
  readonly status?: Finding["status"];
}

export const readPlace = (query: Readonly<Record<string, string>>): Place => ({
  span: query.days === "90" ? 90 : 30,
  ...(query.date && { date: query.date }),
  ...(query.status && { status: query.status as Finding["status"] }),
});

export const hrefOf = ({ date, span, status }: Place): string => {
  const more = new URLSearchParams({ ...(span !== 30 && { days: `${span}` }), ...(status && { status }) });
  const href = paths.settlements(date);
  return more.size === 0 ? href : `${href}${href.includes("?") ? "&" : "?"}${more}`;
};

/** The chart's days: up to today, or up to the day that is looked at when it is further away. */
export const rangeOf = ({ date, span }: Place, today: string): { from: string; to: string } => {
  const within = date === undefined || !isDay(date) || (date <= today && date > addDays(today, -span));
  const to = within ? today : date;
  return { from: addDays(to, 1 - span), to };
};
