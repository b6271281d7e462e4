import type { OutcomeType } from "./outcomes/mod.ts";

/** The outcome that a transition's `record` action names: the event that it leaves behind. */
export const recordedOutcome = (actions: readonly unknown[]): OutcomeType | undefined => {
  for (const action of actions) {
    const { type, params } = action as { type?: string; params?: { outcome?: OutcomeType } };
    if (type === "record" && params?.outcome) return params.outcome;
  }
  return undefined;
};
