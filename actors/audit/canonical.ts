import { sorted } from "../sorted.ts";

/**
 * One text for one value, whichever store it comes back from: JSON with sorted keys, without what is undefined, `-0` as
 * `0`, and each half of a surrogate pair as U+FFFD, which is what UTF-8 makes of it.
 */
export const canonical = (value: unknown): string => wellFormed(JSON.stringify(sorted(value)));

/** The same of a value whose keys stand in an order of its own, which stores keep: a third of the time. */
export const inItsOrder = (value: unknown): string => wellFormed(JSON.stringify(value));

/** Nearly every text is. JSON writes half a pair as an escape, which can be seen without looking at each character. */
const wellFormed = (text: string): string =>
  text.includes("\\ud")
    ? JSON.stringify(JSON.parse(text), (_, part: unknown) =>
        typeof part === "string" ? part.toWellFormed() : part,
      )
    : text;
