import type { Order, OrderPolicy } from "../../../machines/mod.ts";
import type { PendingEffect } from "../../document.ts";
import type { Toss } from "../../toss.ts";
import { runConfirm } from "./confirm.ts";
import { runLookup } from "./lookup.ts";
import type { Expected } from "./payment.ts";
import { runRefund } from "./refund.ts";
import type { Verdict } from "./verdict.ts";

/** One try of an effect: the order as it was when the try began, and what to call with. */
export interface Try {
  readonly orderId: string;
  readonly order: Order;
  readonly toss: Toss;
  /** An earlier try may have reached Toss: it answered unclearly, or its runner died. */
  readonly uncertain: boolean;
  /** Stored before the call, the same for each try until a look-up proves the last key spent. */
  readonly idempotencyKey: string;
  expected(paymentKey: string, amount: number): Expected;
}

/** The key of a call: from the order, the effect and the key's number, so that a rerun after a crash repeats it. */
export const idempotencyKeyOf = (orderId: string, { effect, keySeq }: PendingEffect): string =>
  `${orderId}:${effect.id}:${keySeq}`;

/** Runs one try. Never throws for what Toss does: every answer, and none, is a verdict. */
export const tryEffect = (
  order: Order,
  pending: PendingEffect,
  parts: { toss: Toss; policy: OrderPolicy; mId?: string | undefined },
): Promise<Verdict> => {
  const { orderId } = order;
  const run: Try = {
    orderId,
    order,
    toss: parts.toss,
    uncertain: pending.uncertain || pending.tries > 1,
    idempotencyKey: idempotencyKeyOf(orderId, pending),
    expected: (paymentKey, amount) => ({
      orderId,
      paymentKey,
      amount,
      tossMethods: parts.policy.paymentMethods[order.paymentMethod.type]?.tossMethods ?? [],
      mId: parts.mId,
    }),
  };
  switch (pending.effect.type) {
    case "payment.confirm":
      return runConfirm(pending.effect, run);
    case "payment.refund":
      return runRefund(pending.effect, run);
    case "payment.lookup":
      return runLookup(pending.effect, run);
  }
};
