import { isKstDate, type KstDate } from "../../../machines/mod.ts";
import type { TossErrorCode } from "../errors/status.ts";

export interface SettlementQuery {
  readonly startDate: KstDate;
  readonly endDate: KstDate;
  readonly dateType: "soldDate" | "paidOutDate";
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

/** Both ends belong to the range, to the second: a day is `T00:00:00` to `T23:59:59`. */
export interface TransactionQuery {
  /** `2026-11-20T00:00:00`, in Seoul. */
  readonly start: string;
  readonly end: string;
  readonly startingAfter: string | null;
  readonly limit: number;
}

/** What was asked for, or the code that refuses it. The provider documents few of these codes; see each. */
export type Read<Query> =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly code: TossErrorCode };

export const MAX_SIZE = 5_000;
const DEFAULT_SIZE = 100;

const no = (code: TossErrorCode) => ({ ok: false, code }) as const;

/**
 * Documented: the parameters, their defaults and INVALID_REQUEST for a bad dateType. That a missing date is
 * INVALID_REQUIRED_PARAM, a bad one or a range that runs backwards INVALID_DATE, and a size over 5,000
 * EXCEED_MAX_QUERY_LIMIT, is inferred from the provider's list of codes.
 */
export function readSettlementQuery(parameters: URLSearchParams): Read<SettlementQuery> {
  const startDate = parameters.get("startDate");
  const endDate = parameters.get("endDate");
  const dateType = parameters.get("dateType") ?? "soldDate";
  if (!startDate || !endDate) return no("INVALID_REQUIRED_PARAM");
  if (!isKstDate(startDate) || !isKstDate(endDate) || startDate > endDate) return no("INVALID_DATE");
  if (dateType !== "soldDate" && dateType !== "paidOutDate") return no("INVALID_REQUEST");
  const page = whole(parameters.get("page"), 1);
  const size = whole(parameters.get("size"), DEFAULT_SIZE);
  if (page === null || size === null) return no("INVALID_REQUEST");
  if (size > MAX_SIZE) return no("EXCEED_MAX_QUERY_LIMIT");
  return { ok: true, query: { startDate, endDate, dateType, page, size } };
}

const TIME = /^(\d{4}-\d{2}-\d{2})(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d)?$/;

/** Documented: the parameters, that a date alone means its first second, and INVALID_TRANSACTION_KEY (of a real reply). */
export function readTransactionQuery(parameters: URLSearchParams): Read<TransactionQuery> {
  const startDate = parameters.get("startDate");
  const endDate = parameters.get("endDate");
  if (!startDate || !endDate) return no("INVALID_REQUIRED_PARAM");
  const start = timeOf(startDate);
  const end = timeOf(endDate);
  if (start === null || end === null) return no("INVALID_ISO_DATE_FORMAT");
  if (start > end) return no("INVALID_DATE");
  const limit = whole(parameters.get("limit"), DEFAULT_SIZE);
  if (limit === null) return no("INVALID_REQUEST");
  if (limit > MAX_SIZE) return no("EXCEED_MAX_QUERY_LIMIT");
  return { ok: true, query: { start, end, startingAfter: parameters.get("startingAfter"), limit } };
}

/** With seconds; null when it is no time. */
const timeOf = (text: string): string | null => {
  const match = TIME.exec(text);
  if (match?.[1] === undefined || !isKstDate(match[1])) return null;
  return match[2] === undefined ? `${text}T00:00:00` : text;
};

/** A whole number above zero; null for anything else. */
const whole = (text: string | null, fallback: number): number | null => {
  if (text === null) return fallback;
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
};
