import { type Command, commandId, newCommand } from "../../actors/command.ts";
import type { OrderDocument, PendingEffect } from "../../actors/document.ts";
import { type Folded, type FoldOptions, foldOrder, type LiveOrder } from "../../actors/runtime/fold.ts";
import type { Job, JobOutcome } from "../../actors/runtime/job.ts";
import {
  type CommandData,
  type CommandType,
  createOrderDomain,
  DAY_MS,
  defaultPolicy,
  type OrderDomain,
} from "../../machines/mod.ts";
import { bodyOf, captureOf, ORDER_ID, START } from "../machines/builders.ts";

export const NOW = Date.parse(START);
export const RETENTION_MS = 7 * DAY_MS;
export const LEASE_MS = 60_000;
export const domain: OrderDomain = createOrderDomain(defaultPolicy);

/** A command of the test order; the same key makes the same command id. */
export const command = <T extends CommandType>(
  key: string,
  type: T,
  data: CommandData<T>,
  issuedAt = START,
): Command =>
  newCommand({
    id: commandId(ORDER_ID, "test", key),
    orderId: ORDER_ID,
    type,
    data,
    actor: { role: "customer", id: "c-1" },
    issuedAt,
  });

export const job = (its: Pick<Job, "command" | "more" | "effect">): Job => ({
  orderId: ORDER_ID,
  settle: () => {},
  ...its,
});

/** Folds commands and other jobs, in this order, into the order as it was. */
export const fold = (
  before: LiveOrder | undefined,
  jobs: readonly (Command | Job)[],
  options: Partial<FoldOptions> = {},
): Folded =>
  foldOrder(
    before,
    ORDER_ID,
    jobs.map((one) => ("settle" in one ? one : job({ command: one }))),
    { domain, now: NOW, replyRetentionMs: RETENTION_MS, effectLeaseMs: LEASE_MS, ...options },
  );

/** What each job of a fold was told: its event, the code of its refusal, or how it went wrong. */
export const told = ({ outcomes }: Folded): (string | undefined)[] =>
  outcomes.map(({ outcome }) => wordFor(outcome));

const wordFor = (outcome: JobOutcome): string | undefined => {
  if (outcome.status !== "stored") return outcome.status;
  if (!outcome.reply) return undefined;
  return outcome.reply.ok ? outcome.reply.event : outcome.reply.code;
};

export const place = command("place", "order.place", bodyOf({ tea: [3, 1_000], cup: [1, 7_000] }));
export const pay = command("pay", "payment.request", { paymentKey: "payment-key-1", amount: 10_000 });
export const notice = (key: string): Command =>
  command(key, "payment.notice", { paymentKey: "payment-key-1" });
export const capture = command("capture", "payment.capture", captureOf({ totalAmount: 10_000 }, 1));

export const ordered = (): LiveOrder => fold(undefined, [place]).live;
export const paying = (): LiveOrder => fold(ordered(), [pay]).live;
export const paid = (): LiveOrder => fold(paying(), [capture]).live;

/** The one pending effect of this id. */
export const pending = (document: OrderDocument, id: string): PendingEffect => {
  const found = document.effects.filter(({ effect }) => effect.id === id);
  if (!found[0] || found.length > 1) throw new Error(`${found.length} pending effects ${id}`);
  return found[0];
};
