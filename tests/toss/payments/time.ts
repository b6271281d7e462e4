const SEOUL_OFFSET_MS = 9 * 60 * 60 * 1000;

// Korea has kept +09:00 without daylight saving since 1988, so shifting the instant is exact.
const seoulClock = (at: number) => new Date(at + SEOUL_OFFSET_MS).toISOString();

/** `2026-11-23T10:02:03+09:00`: how the API writes a time. */
export const seoulTime = (at: number): string => `${seoulClock(at).slice(0, 19)}+09:00`;

/** `2026-11-23T10:02:03.456000`: how a PAYMENT_STATUS_CHANGED webhook writes one, with no offset. */
export const webhookTime = (at: number): string => `${seoulClock(at).slice(0, 23)}000`;

/** `20261123100203`: how a paymentKey holds one. */
export const compactTime = (at: number): string => seoulClock(at).slice(0, 19).replaceAll(/[-:T]/g, "");
