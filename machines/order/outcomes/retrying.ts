import { strayEffectId } from "../effects.ts";
import type { Outcome } from "./outcome.ts";

/**
 * An operator has looked, and lets work at Toss go on. Which effects wait is not the order's to know: the runtime, which
 * keeps them, refuses to retry one that does not.
 */
export const effectRetried: Outcome<"effect.retry"> = {
  refuse: () => undefined,
  change: (order, { data }) => ({
    ...order,
    payments: order.payments.map((one) =>
      one.status === "strayRefundFailed" && strayEffectId(one.attempt) === data.effectId
        ? { ...one, status: "strayRefunding" }
        : one,
    ),
  }),
  event: (_, { data }) => ({ effectId: data.effectId }),
};
