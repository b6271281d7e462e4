import type { Instant } from "./instant.ts";

// Arithmetic alone, without a schema: the console has it in the browser.

/** A calendar day in Korea (Asia/Seoul, UTC+9 all year since 1988): `2026-11-20`. Sorts as text in time order. */
export type KstDate = string;

const KST_OFFSET_MS = 9 * 60 * 60_000;
const DAY = /^20\d{2}-\d{2}-\d{2}$/;

/** @example kstDateOf("2026-11-20T15:00:00.000Z") // "2026-11-21": midnight in Seoul */
export const kstDateOf = (instant: Instant): KstDate =>
  new Date(Date.parse(instant) + KST_OFFSET_MS).toISOString().slice(0, 10);

/** When a day in Korea begins, in UTC. @example kstMidnight("2026-11-21") // "2026-11-20T15:00:00.000Z" */
export const kstMidnight = (date: KstDate): Instant =>
  new Date(Date.parse(`${date}T00:00:00.000Z`) - KST_OFFSET_MS).toISOString();

/** Whether it names a day that exists, in this century. @example isKstDate("2026-02-30") // false */
export const isKstDate = (text: string): text is KstDate => DAY.test(text) && addDays(text, 0) === text;

/** @example addDays("2026-12-31", 1) // "2027-01-01" */
export const addDays = (date: KstDate, days: number): KstDate => {
  const moved = new Date(`${date}T00:00:00.000Z`);
  if (Number.isNaN(moved.getTime())) return "";
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
};
