import type { OrderClient } from "../../actors/client.ts";
import type { OrderDocument, PendingEffect } from "../../actors/document.ts";
import type { Clock, Log } from "../../actors/ports.ts";
import { type Order, restoreSnapshot, SnapshotError } from "../../machines/mod.ts";
import { deadLetterView } from "../dead-letter-view.ts";
import type { Stuck, StuckOrders } from "../schemas/fleet.ts";

/** A payment that Toss has not answered for this long is unknown, whatever its tries came to. */
const UNKNOWN_AFTER_MS = 60_000;
/** Orders looked at to count those that pay: their documents are read whole. */
const LOOKED_AT = 400;
const PAGE = 200;
/** Most of each kind that are shown. */
const SHOWN = 50;

export interface StuckParts {
  readonly client: OrderClient;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * How many payments have an unknown outcome, of `paying` orders in all. Only so many are looked at, the newest first;
 * where more are paying than that, the older ones are taken for unknown, since a payment takes seconds.
 */
export const countPayingUnknown = async (parts: StuckParts, paying: number): Promise<number> => {
  if (paying === 0) return 0;
  const { unknown, examined, all } = await findPayingUnknown(parts);
  return unknown.length + (all ? 0 : Math.max(0, paying - examined));
};

interface UnknownPayment {
  readonly document: OrderDocument;
  readonly effect: PendingEffect;
}

const findPayingUnknown = async ({ client, clock }: StuckParts) => {
  const unknown: UnknownPayment[] = [];
  let examined = 0;
  let cursor: string | undefined;
  do {
    const page = await client.list({ state: "paying", limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const document of page.orders) {
      const effect = document.effects.find((pending) => isUnanswered(pending, clock.now()));
      if (effect) unknown.push({ document, effect });
    }
    examined += page.orders.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined && examined < LOOKED_AT);
  return { unknown, examined, all: cursor === undefined };
};

/** A try without an answer, or none for long. Without a confirm effect Toss has answered: the buyer pays later. */
const isUnanswered = ({ effect, uncertain, since }: PendingEffect, now: number): boolean =>
  effect.type === "payment.confirm" && (uncertain || now - Date.parse(since) > UNKNOWN_AFTER_MS);

/** What an operator should look at, the longest waiting first where that is known. */
export const findStuck = async (parts: StuckParts): Promise<StuckOrders> => {
  const { client } = parts;
  const [paying, failed, waiting, letters] = await Promise.all([
    findPayingUnknown(parts),
    client.list({ state: "refundFailed", limit: SHOWN }),
    client.waitingForOperator({ limit: SHOWN }),
    client.deadLetters(SHOWN),
  ]);
  const ofEffect = (document: OrderDocument, pending: PendingEffect) =>
    viewsOf(parts, document, () => ({
      since: pending.since,
      ...(pending.lastError !== undefined && { reason: pending.lastError }),
      effectId: pending.effect.id,
    }));
  return {
    payingUnknown: longestFirst(paying.unknown.flatMap(({ document, effect }) => ofEffect(document, effect))),
    refundFailed: longestFirst(failed.orders.flatMap((document) => viewsOf(parts, document, failedRefund))),
    effectsWaiting: longestFirst(
      waiting.flatMap((document) =>
        document.effects.filter(({ dueAt }) => dueAt === null).flatMap((one) => ofEffect(document, one)),
      ),
    ),
    deadLetters: letters.map(deadLetterView),
  };
};

const failedRefund = (document: OrderDocument, order: Order): Pick<Stuck, "since" | "reason"> => {
  const failure = order.cancellations.findLast(({ state }) => state === "failed")?.failure;
  const event = document.history.findLast(({ type }) => type === "refund.failed");
  return {
    since: event?.at ?? document.updatedAt,
    ...(failure && { reason: `${failure.code}: ${failure.message}` }),
  };
};

const longestFirst = (all: Stuck[]): Stuck[] =>
  all.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0)).slice(0, SHOWN);

/** One, or none when this release can't read the order: it must not hide the others, so it is told in the log. */
const viewsOf = (
  { client, log }: StuckParts,
  document: OrderDocument,
  why: (document: OrderDocument, order: Order) => Pick<Stuck, "since" | "reason" | "effectId">,
): Stuck[] => {
  const { orderId, state, snapshot } = document;
  if (!state || !snapshot) return [];
  try {
    const order = restoreSnapshot(client.domain, snapshot).context;
    const { customer, totalAmount } = order;
    return [{ orderId, state, customerId: customer.id, totalAmount, ...why(document, order) }];
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    log.error({ orderId, error }, "an order can't be read and is left out of what is stuck");
    return [];
  }
};
