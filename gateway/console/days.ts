import { addDays, kstDateOf } from "../../machines/kst-days.ts";

export { addDays };

/** The day that it is in Korea. @example todayInSeoul(Date.parse("2026-11-25T15:00:00Z")) // "2026-11-26" */
export const todayInSeoul = (now = Date.now()): string => kstDateOf(new Date(now).toISOString());

/**
 * A date field tells a day for each figure that is typed of its year: 0002, 0020, 0202, 2026. Only the last is meant.
 * @example isTypedOut("0202-11-25") // false
 */
export const isTypedOut = (day: string): boolean => day === "" || day >= "2000";

/** `2026-02-30` has the pattern of a day and is none. */
export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && addDays(text, 0) === text;
