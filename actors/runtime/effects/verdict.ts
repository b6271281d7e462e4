import type { CommandData, CommandType } from "../../../machines/mod.ts";

/** A command that Toss' answer asks for, before it has an id and an order. */
export type Result = { [T in CommandType]: { readonly type: T; readonly data: CommandData<T> } }[CommandType];

/** What one try of an effect came to. */
export type Verdict =
  /** Finished: the order is told. No results when there is nothing to tell. */
  | {
      readonly kind: "done";
      readonly results: readonly Result[];
      /** Why it is not finished all the same, but waits for an operator who lets it go on. */
      readonly parked?: string;
    }
  /**
   * Try again. `sameKey` while nothing proves that the last call did nothing: Toss then replays it. `newKey` only
   * after a look-up proved that nothing happened, because Toss binds its error to the key for 15 days.
   */
  | {
      readonly kind: "again";
      readonly key: "sameKey" | "newKey";
      /** The call may have reached Toss: from now on a "no" is believed only after a look-up. */
      readonly uncertain: boolean;
      readonly error: string;
      /** An operator must act before another try can succeed. */
      readonly loud?: boolean;
    };

export const done = (...results: Result[]): Verdict => ({ kind: "done", results });
export const parked = (why: string, ...results: Result[]): Verdict => ({
  kind: "done",
  results,
  parked: why,
});
export const again = (
  error: string,
  how: { uncertain: boolean; newKey?: boolean; loud?: boolean },
): Verdict => ({
  kind: "again",
  key: how.newKey ? "newKey" : "sameKey",
  uncertain: how.uncertain,
  error,
  ...(how.loud && { loud: true }),
});
