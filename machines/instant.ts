/** A moment in UTC as ISO-8601 with milliseconds: `2026-11-23T01:02:03.000Z`. Sorts as text in time order. */
export type Instant = string;

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** `ms` after `instant`. Pure: the current time always comes in with the command. */
export const later = (instant: Instant, ms: number): Instant =>
  new Date(Date.parse(instant) + ms).toISOString();
