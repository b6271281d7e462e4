// Days in Korea as the API writes them. The machines' own arithmetic would bring a schema library into the page.

const DAY = 86_400_000;
const KOREA = 9 * 3_600_000;

/** The day that it is in Korea. @example todayInSeoul(Date.parse("2026-11-25T15:00:00Z")) // "2026-11-26" */
export const todayInSeoul = (now = Date.now()): string => new Date(now + KOREA).toISOString().slice(0, 10);

/** @example addDays("2026-11-30", 1) // "2026-12-01" */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/**
 * A date field tells a day for each figure that is typed of its year: 0002, 0020, 0202, 2026. Only the last is meant.
 * @example isTypedOut("0202-11-25") // false
 */
export const isTypedOut = (day: string): boolean => day === "" || day >= "2000";

/** `2026-02-30` has the pattern of a day and is none. */
export const isDay = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && addDays(text, 0) === text;
};
