export type { PageEvent, PollEvent } from "./events.ts";
export type { PollerOptions, PollerParts } from "./options.ts";
export { DEAD_TOPIC, ROWS_TOPIC } from "./records.ts";
export { type DateRequestOptions, type DateRun, runDate } from "./run-date.ts";
export { DEFAULT_WINDOW, type RangeOptions, type RangeReport, runRange, worstFailure } from "./run-range.ts";
