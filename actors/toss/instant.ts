import type { Instant } from "../../machines/mod.ts";

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A time of Toss as a UTC instant, or undefined when it is none. Toss writes Korean time, mostly with its offset; the
 * times it writes without one are Korean too.
 * @example toInstant("2026-11-23T10:02:03+09:00") // "2026-11-23T01:02:03.000Z"
 */
export const toInstant = (text: string): Instant | undefined => {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(match[1] ? text : `${text}+09:00`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
};
