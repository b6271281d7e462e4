import { type OrderEventType, type OrderPolicy, readOrder } from "../../../machines/mod.ts";
import { commandId, newCommand, type Reply } from "../../command.ts";
import type { OrderDocument, PendingEffect } from "../../document.ts";
import type { Clock, Log } from "../../ports.ts";
import type { Toss } from "../../toss.ts";
import type { EffectUpdate, Job } from "../job.ts";
import { STORE_AWAY_EVERY_MS, sparingly } from "../sparingly.ts";
import { tryEffect } from "./try.ts";
import type { Result, Verdict } from "./verdict.ts";

export interface EffectRunner {
  /** Runs one try of a stored effect, unless it is running here already. Its result comes back as jobs. */
  run(document: OrderDocument, pending: PendingEffect): void;
  /** True while a try of this effect is under way in this process. */
  isRunning(orderId: string, pending: PendingEffect): boolean;
  readonly running: number;
  idle(): Promise<void>;
}

export interface EffectRunnerParts {
  readonly toss: Toss;
  readonly policy: OrderPolicy;
  readonly mId?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  enqueue(job: Job): void;
  readonly retry: RetryOptions;
}

export interface RetryOptions {
  /** The first wait in ms; each next is twice as long, with jitter. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** After this long without a definite answer an effect waits for an operator. Toss keeps keys for 15 days. */
  readonly giveUpAfterMs: number;
}

/** Results that an operator must hear of, by the event that they leave. */
const loud: Partial<Record<OrderEventType, string>> = {
  "payment.mismatched":
    "Toss captured a payment that is not the one asked for; it goes back. Look at the payment methods and TOSS_MID",
  "payment.differs":
    "Toss holds another amount than the order knows of: money was moved at Toss by other hands. Later refunds may fail",
  "stray.refundFailed": "a stray payment could not be given back; its refund waits for an operator",
  "payment.strayed": "Toss captured a payment that the order can't take; it goes back",
};

const nameOf = (orderId: string, { effect, since }: PendingEffect) => `${orderId} ${effect.id} ${since}`;

export const createEffectRunner = (parts: EffectRunnerParts): EffectRunner => {
  const running = new Map<string, Promise<void>>();
  /** The store is away, which it says itself. */
  const warnAway = sparingly(STORE_AWAY_EVERY_MS, (fields, message) => parts.log.warn(fields, message));

  const run = async ({ orderId, snapshot }: OrderDocument, pending: PendingEffect): Promise<void> => {
    const verdict = await tryEffect(readOrder(snapshot), pending, parts);
    const base = { id: pending.effect.id, since: pending.since, tries: pending.tries };
    if (verdict.kind === "again") return defer(orderId, pending, base, verdict);
    const [command, ...more] = verdict.results.map((result) => resultCommand(orderId, pending, result));
    // The effect goes in the write that brings all of its results, so that none is lost between the two.
    parts.enqueue({
      orderId,
      ...(command && { command }),
      more,
      effect: verdict.parked === undefined ? base : { ...base, next: waiting(verdict.parked) },
      settle: report(orderId, pending),
    });
  };

  const defer = (
    orderId: string,
    pending: PendingEffect,
    base: EffectUpdate,
    verdict: Extract<Verdict, { kind: "again" }>,
  ) => {
    const now = parts.clock.now();
    const gaveUp = now - Date.parse(pending.since) > parts.retry.giveUpAfterMs;
    const fields = { orderId, effect: pending.effect.id, tries: pending.tries, error: verdict.error };
    if (gaveUp) parts.log.error(fields, "an effect has no definite answer and waits for an operator");
    else if (verdict.loud)
      parts.log.error(fields, "an effect can't succeed until an operator acts; it is tried again");
    else parts.log.warn(fields, "an effect has no definite answer yet; it is tried again");
    const next = {
      keySeq: verdict.key === "newKey" ? pending.keySeq + 1 : pending.keySeq,
      uncertain: verdict.uncertain,
      ...(gaveUp
        ? waiting(verdict.error)
        : { dueAt: now + waitBefore(pending.tries, parts.retry), lastError: verdict.error.slice(0, 300) }),
    };
    parts.enqueue({ orderId, effect: { ...base, next }, settle: report(orderId, pending) });
  };

  const resultCommand = (orderId: string, pending: PendingEffect, { type, data }: Result) =>
    newCommand({
      id: commandId(
        orderId,
        "effect",
        pending.effect.id,
        pending.since,
        String(pending.tries),
        type,
        JSON.stringify(data),
      ),
      orderId,
      type,
      data,
      actor: { role: "system", id: "toss" },
      issuedAt: new Date(parts.clock.now()).toISOString(),
    });

  /** A result that can't be stored is not lost: the effect stays pending and runs again under the same key. */
  const report =
    (orderId: string, pending: PendingEffect): Job["settle"] =>
    (outcome) => {
      const fields = { orderId, effect: pending.effect.id };
      if (outcome.status !== "stored") {
        const message = "an effect's result was not stored; the effect runs again";
        const tell = outcome.status === "again" ? warnAway : parts.log.error.bind(parts.log);
        tell({ ...fields, error: outcome.error }, message);
        return;
      }
      const { reply, more = [] } = outcome;
      for (const told of reply ? [reply, ...more] : more) tell(fields, told);
    };

  const tell = (fields: object, reply: Reply) => {
    if (!reply.ok) {
      parts.log.info({ ...fields, code: reply.code }, "an effect's result told the order nothing new");
      return;
    }
    const { event, seq } = reply;
    const message = loud[event];
    if (message !== undefined) parts.log.error({ ...fields, event, seq }, message);
  };

  return {
    run(document, pending) {
      const name = nameOf(document.orderId, pending);
      if (running.has(name)) return;
      const attempt = run(document, pending)
        .catch((error) => parts.log.error({ orderId: document.orderId, error }, "an effect's try failed"))
        .finally(() => running.delete(name));
      running.set(name, attempt);
    },
    isRunning: (orderId, pending) => running.has(nameOf(orderId, pending)),
    get running() {
      return running.size;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
};

/** Nothing runs any more until an operator lets it. */
const waiting = (error: string) => ({ dueAt: null, lastError: error.slice(0, 300) });

/** Exponential, with up to a quarter of jitter so that what failed together does not come back together. */
const waitBefore = (tries: number, { firstMs, maxMs }: RetryOptions): number =>
  Math.round(Math.min(firstMs * 2 ** (tries - 1), maxMs) * (1 + Math.random() / 4));
