const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const small = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 });

/** @example thousands(28_333.4) // "28,333"; thousands(0.123) // "0.12" */
export const thousands = (value: number): string => (Math.abs(value) < 10 ? small : whole).format(value);

/** @example percent(0.953) // "95%" */
export const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** As ms, or as s from ten seconds on. */
export const duration = (ms: number): string =>
  ms < 10_000 ? `${thousands(ms)} ms` : `${thousands(ms / 1_000)} s`;

/** @example bytes(2.5e10) // "25 GB" */
export const bytes = (count: number): string => {
  const steps = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.max(0, Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  return `${thousands(count / 1_000 ** step)} ${steps[step]}`;
};
