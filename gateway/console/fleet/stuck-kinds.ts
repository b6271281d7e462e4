import type { Fleet } from "../../schemas/fleet.ts";

/** What can be stuck, the most urgent first. */
export const kinds = [
  "refundFailed",
  "effectsWaiting",
  "payingUnknown",
  "deadLetters",
] as const satisfies readonly (keyof Fleet["stuck"])[];

export type StuckKind = (typeof kinds)[number];
