import { Type } from "@sinclair/typebox";
import type { KstDate as KstDay } from "./kst-days.ts";

export { addDays, isKstDate, kstDateOf, kstMidnight } from "./kst-days.ts";

/** A calendar day in Korea, and its schema. */
export type KstDate = KstDay;

export const KstDate = Type.String({
  pattern: "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
  description: "A day in Korea, YYYY-MM-DD",
});
