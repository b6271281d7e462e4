/**
 * The value of a Retry-After header in ms from `now` (epoch ms): seconds, or a date of HTTP. Undefined for anything else.
 * @example retryAfterMs("2", 0) // 2000
 */
export const retryAfterMs = (value: string | null, now: number): number | undefined => {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse alone would take "-1" for a year.
  const at = /^[A-Z][a-z]{2}, .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
