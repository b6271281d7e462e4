import { lang } from "../i18n/lang.ts";

const parts = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Seoul",
  dateStyle: "short",
  timeStyle: "medium",
});

/** `2026-11-25 23:09:38`, in Korea. */
export const formatKst = (at: string): string => parts.format(new Date(at));

const utcOf = (at: string): string => new Date(at).toISOString();

/** An instant in Korean time; UTC shows on hover. `short` leaves out the day. */
export const Time = ({ at, short = false }: { at: string; short?: boolean }) => {
  const kst = formatKst(at);
  return (
    <time class="time" dateTime={utcOf(at)} title={`${utcOf(at)} UTC`}>
      {short ? kst.slice(11) : kst} <span class="zone">KST</span>
    </time>
  );
};

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `3 minutes ago`, `in 2 days`; the instant in both zones on hover. */
export const Ago = ({ at, now }: { at: string; now: number }) => {
  const seconds = Math.round((Date.parse(at) - now) / 1_000);
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[3];
  const words = new Intl.RelativeTimeFormat(lang.value, { numeric: "auto", style: "short" });
  return (
    <time class="time" dateTime={utcOf(at)} title={`${formatKst(at)} KST · ${utcOf(at)} UTC`}>
      {words.format(Math.trunc(seconds / size), unit)}
    </time>
  );
};
