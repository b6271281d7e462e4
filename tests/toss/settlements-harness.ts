import { call } from "./harness.ts";
import type { Settlement, TossMock, Transaction } from "./mod.ts";

export type Listed<Row> = { status: number; text: string; rows: Row[]; code: string | undefined };

/** Calls one of the two lists; `rows` is empty when the body is no array. */
const list = async <Row>(
  mock: TossMock,
  path: string,
  query: Record<string, string | number>,
): Promise<Listed<Row>> => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  const { status, text, json } = await call(mock, `${path}?${parameters}`);
  return { status, text, rows: Array.isArray(json) ? json : [], code: json.code };
};

export const settlements = (mock: TossMock, query: Record<string, string | number>) =>
  list<Settlement>(mock, "/v1/settlements", query);

export const transactions = (mock: TossMock, query: Record<string, string | number>) =>
  list<Omit<Transaction, "kind">>(mock, "/v1/transactions", query);

/** A day's rows by paid-out date, or with `dateType: "soldDate"` by the day of sale. */
export const ofDay = (mock: TossMock, date: string, query: Record<string, string | number> = {}) =>
  settlements(mock, { startDate: date, endDate: date, dateType: "paidOutDate", ...query });

/** Pages of a paid-out date until the empty one, as a client that trusts the list would read them. */
export async function allPages(mock: TossMock, date: string, size: number): Promise<Settlement[][]> {
  const pages: Settlement[][] = [];
  for (let page = 1; page < 100; page++) {
    const { rows } = await ofDay(mock, date, { page, size });
    if (rows.length === 0) break;
    pages.push(rows);
  }
  return pages;
}

export const keysOf = (rows: readonly { readonly transactionKey: string }[]) =>
  rows.map(({ transactionKey }) => transactionKey);
