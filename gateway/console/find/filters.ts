import type { OrderState } from "../../../machines/mod.ts";
import { paths } from "../route.ts";

/** What the list shows; all of it must hold. It lives in the address, so that a link, back and reload bring it back. */
export interface Filters {
  readonly state?: OrderState;
  readonly customerId?: string;
  readonly paymentKey?: string;
  /** KST days, both included. */
  readonly placedFrom?: string;
  readonly placedTo?: string;
  /** From the page before. */
  readonly cursor?: string;
}

const names = ["state", "customerId", "paymentKey", "placedFrom", "placedTo", "cursor"] as const;

/** An address typed by hand may ask for what is none: the API says so, in its own words. */
export const readFilters = (query: Readonly<Record<string, string>>): Filters =>
  Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : []))) as Filters;

/** The address of the list that these filters make. Other filters are another list, which begins at its first page. */
export const changed = (
  filters: Filters,
  change: { readonly [K in keyof Filters]: Filters[K] | undefined },
) => paths.find({ ...filters, cursor: undefined, ...change });

export const isFiltered = (filters: Filters): boolean =>
  names.some((name) => name !== "cursor" && filters[name] !== undefined);

/** Where the API has this page. */
export const ordersPath = (filters: Filters): string => {
  const query = new URLSearchParams(Object.entries(filters)).toString();
  return query === "" ? "/orders" : `/orders?${query}`;
};
