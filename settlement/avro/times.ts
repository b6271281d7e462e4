import { type Instant, isKstDate, type KstDate } from "../../machines/mod.ts";

const DAY_MS = 24 * 60 * 60_000;

/** A run has few days, and each stands in millions of rows. */
const FEW = 4_096;

const remembered = <Key, Value>(make: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (known.size >= FEW) known.clear();
    known.set(key, made);
    return made;
  };
};

/** Avro's `date`: days since 1970-01-01. The calendar is Korea's; no clock takes part. @throws RangeError */
export const daysOf = remembered((date: KstDate): number => {
  if (!isKstDate(date)) throw new RangeError(`${date} is no day`);
  return Date.parse(`${date}T00:00:00.000Z`) / DAY_MS;
});

/** @throws RangeError for a number that is too large for a day */
export const dayOf = remembered(
  (days: number): KstDate => new Date(days * DAY_MS).toISOString().slice(0, 10),
);

/** Avro's `timestamp-millis`. Only the one form is taken, so that what comes out is what went in. @throws RangeError */
export const millisOf = (instant: Instant): number => {
  const within = SECONDS.test(instant) ? Number(instant.slice(17, 23)) * 1_000 : Number.NaN;
  if (Number.isNaN(within)) throw noInstant(instant);
  return minuteOf(instant.slice(0, 16)) + Math.round(within);
};

/** After the minutes of a day, of which there are few. */
const SECONDS = /^.{16}:[0-5]\d\.\d{3}Z$/;

/** @example minuteOf("2026-11-20T09:30") */
const minuteOf = remembered((minute: string): number => {
  const ms = Date.parse(`${minute}:00.000Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== `${minute}:00.000Z`) throw noInstant(minute);
  return ms;
});

const noInstant = (text: string) =>
  new RangeError(`${text} is no instant in UTC with milliseconds, of a year from 0 to 9999`);

/** @throws RangeError for a number that is too large for a time */
export const instantOf = (ms: number): Instant => new Date(ms).toISOString();
