import {
  type Effect,
  type Instant,
  isMoot,
  moneyDatesOf,
  moneyEvents,
  type OrderCommand,
  type OrderDomain,
  type OrderSnapshot,
  restoreSnapshot,
  stateOf,
  storeSnapshot,
  timersOf,
} from "../../machines/mod.ts";
import { withLinks } from "../audit/chain.ts";
import {
  type Command,
  partitionOf,
  type Reply,
  type ReplyBody,
  replyOf,
  replyTo,
  type StoredReply,
} from "../command.ts";
import type { HistoryEntry, OrderDocument, PendingEffect } from "../document.ts";
import { commandsOf, type EffectUpdate, type Job, type JobOutcome } from "./job.ts";

/** An order as a worker holds it: the stored document and its snapshot brought to life. */
export interface LiveOrder {
  readonly document: OrderDocument;
  readonly snapshot: OrderSnapshot | null;
}

/** What a batch's jobs of one order come to: one write, and what to tell each job once it is found written. */
export interface Folded {
  readonly live: LiveOrder;
  readonly changed: boolean;
  readonly outcomes: readonly { readonly job: Job; readonly outcome: JobOutcome }[];
  /** paymentKeys that the order must own before this may be written. */
  readonly claims: readonly string[];
}

export interface FoldOptions {
  readonly domain: OrderDomain;
  readonly now: number;
  /** How long a command may be under way and still run, in ms. */
  readonly replyRetentionMs: number;
  /** How long a running effect is left alone before another runner takes it, in ms. */
  readonly effectLeaseMs: number;
  /** Up to where an order's events are known to have left; undefined when they need no mark (see CommandBus). */
  readonly publishedSeq?: ((orderId: string) => number) | undefined;
  /** paymentKeys found to belong to another order. */
  readonly takenKeys?: ReadonlySet<string>;
  /** Replies of this order that left its document, by command id. */
  readonly archivedReplies?: ReadonlyMap<string, StoredReply>;
}

export const reviveOrder = (domain: OrderDomain, document: OrderDocument): LiveOrder => ({
  document,
  snapshot: document.snapshot && restoreSnapshot(domain, document.snapshot),
});

/** Folds jobs of one order, in their order, into one write. Pure: a lost compare-and-set simply folds again. */
export const foldOrder = (
  before: LiveOrder | undefined,
  orderId: string,
  jobs: readonly Job[],
  options: FoldOptions,
): Folded => {
  const at = new Date(options.now).toISOString();
  const draft = draftOf(before, orderId);
  const outcomes = jobs.map((job) => ({ job, outcome: foldJob(draft, job, at, options) }));
  return {
    live: draft.changed ? finish(draft, at, options) : { document: draft.document, snapshot: draft.snapshot },
    changed: draft.changed,
    outcomes,
    claims: draft.claims,
  };
};

/** The order while a batch is folded into it. */
interface Draft {
  readonly document: OrderDocument;
  snapshot: OrderSnapshot | null;
  readonly history: HistoryEntry[];
  readonly replies: StoredReply[];
  effects: PendingEffect[];
  readonly claims: string[];
  changed: boolean;
  /** Money of the order moved in this batch. */
  moved: boolean;
}

const draftOf = (before: LiveOrder | undefined, orderId: string): Draft => {
  const document = before?.document ?? unwritten(orderId);
  return {
    document,
    snapshot: before?.snapshot ?? null,
    history: [...document.history],
    replies: [...document.replies],
    effects: [...document.effects],
    claims: [],
    changed: false,
    moved: false,
  };
};

/** The document of an id that nothing was written for yet. */
export const unwritten = (orderId: string): OrderDocument => ({
  orderId,
  version: 0,
  partition: partitionOf(orderId),
  state: null,
  customerId: null,
  placedAt: null,
  updatedAt: "",
  snapshot: null,
  history: [],
  seq: 0,
  publishedSeq: 0,
  replies: [],
  archivedReplies: 0,
  effects: [],
  dueAt: null,
});

const foldJob = (draft: Draft, job: Job, at: Instant, options: FoldOptions): JobOutcome => {
  const replies: Reply[] = [];
  try {
    for (const command of commandsOf(job)) replies.push(foldCommand(draft, command, at, options));
  } catch (error) {
    return { status: "failed", error }; // an effect whose result can't be folded stays pending
  }
  const applied = job.effect && updateEffect(draft, job.effect);
  const [reply, ...more] = replies;
  return {
    status: "stored",
    ...(reply && { reply }),
    ...(more.length > 0 && { more }),
    ...(applied !== undefined && { applied }),
  };
};

const updateEffect = (draft: Draft, { id, since, tries, next }: EffectUpdate): boolean => {
  const index = draft.effects.findIndex(
    (pending) =>
      pending.effect.id === id && pending.since === since && (next === undefined || pending.tries === tries),
  );
  const pending = draft.effects[index];
  if (!pending) return false;
  if (next) draft.effects[index] = { ...pending, ...next };
  else draft.effects.splice(index, 1);
  draft.changed = true;
  return true;
};

const foldCommand = (draft: Draft, command: Command, at: Instant, options: FoldOptions): Reply => {
  const known =
    draft.replies.find((reply) => reply.id === command.id) ?? options.archivedReplies?.get(command.id);
  if (known) return replyTo(command, known);
  const reply = isExpired(command, options) ? expired(command) : decide(draft, command, at, options);
  const stored = { id: command.id, hash: command.hash, reply };
  draft.replies.push(stored);
  draft.changed = true;
  return replyOf(stored);
};

const decide = (draft: Draft, command: Command, at: Instant, options: FoldOptions): ReplyBody => {
  const { id: commandId, orderId, type, data } = command;
  const key = type === "payment.request" && "paymentKey" in data ? data.paymentKey : undefined;
  const decision = options.domain.decide(
    draft.snapshot,
    orderId,
    { type, data, at, id: commandId } as OrderCommand,
    { paymentKeyTaken: key !== undefined && options.takenKeys?.has(key) === true },
  );
  if (!decision.accepted) return { ok: false, ...decision.refusal };
  if (type === "effect.retry" && "effectId" in data && !resume(draft, data.effectId, at, options)) {
    return notWaiting(orderId, data.effectId);
  }
  const { order, event, effects } = decision;
  draft.snapshot = order;
  const seq = (draft.history.at(-1)?.seq ?? draft.document.seq) + 1;
  draft.history.push({ seq, commandId, actor: command.actor, ...event });
  // One that runs ends by itself; one that was given up would wait for ever.
  draft.effects = draft.effects.filter(
    ({ effect, dueAt }) => dueAt !== null || !isMoot(order.context, effect),
  );
  for (const effect of effects) addEffect(draft, effect, at, options);
  if (key !== undefined) draft.claims.push(key);
  if (moneyEvents.has(event.type)) draft.moved = true;
  return { ok: true, state: event.to, event: event.type, seq };
};

/** A new effect is run by whoever writes it, right after the write; its due time is for when that runner dies. */
const addEffect = (draft: Draft, effect: Effect, at: Instant, { now, effectLeaseMs }: FoldOptions): void => {
  draft.effects = draft.effects.filter((pending) => pending.effect.id !== effect.id);
  draft.effects.push({
    effect,
    keySeq: 1,
    tries: 1,
    dueAt: now + effectLeaseMs,
    since: at,
    uncertain: false,
  });
};

/**
 * Lets an effect go on that waits for an operator, as if it were new but for two things: its last call may have done its
 * work, so it looks first; and what Toss answered is bound to the last key, so it takes the next. False if none waits.
 */
const resume = (draft: Draft, id: string, at: Instant, { now, effectLeaseMs }: FoldOptions): boolean => {
  const index = draft.effects.findIndex(({ effect, dueAt }) => effect.id === id && dueAt === null);
  const pending = draft.effects[index];
  if (!pending) return false;
  draft.effects[index] = {
    ...pending,
    keySeq: pending.keySeq + 1,
    tries: 1,
    dueAt: now + effectLeaseMs,
    since: at,
    uncertain: true,
  };
  return true;
};

const notWaiting = (orderId: string, effectId: string): ReplyBody => ({
  ok: false,
  code: "EFFECT_NOT_WAITING",
  message: `Order ${orderId} has no effect ${effectId} that waits for an operator. Nothing was changed. Read its effects.`,
});

const isExpired = ({ issuedAt }: Command, { now, replyRetentionMs }: FoldOptions): boolean =>
  now - Date.parse(issuedAt) > replyRetentionMs;

const expired = ({ issuedAt }: Command): ReplyBody => ({
  ok: false,
  code: "COMMAND_EXPIRED",
  message: `This command was handed in at ${issuedAt}, too long ago to run. Nothing was changed. Ask again anew.`,
});

const finish = (draft: Draft, at: Instant, options: FoldOptions): LiveOrder => {
  const { effectsWaiting: _, ...document } = draft.document;
  const { snapshot } = draft;
  const seq = draft.history.at(-1)?.seq ?? document.seq;
  const order = snapshot?.context;
  const state = snapshot && stateOf(snapshot);
  const grew = snapshot !== null && seq > document.seq;
  // The newest entry holds the digest of the snapshot, so a newer release must not reshape it without an entry.
  const stored = grew ? storeSnapshot(snapshot) : document.snapshot;
  const history =
    grew && stored
      ? withLinks(document.orderId, draft.history, document.history.length, stored)
      : draft.history;
  const moneyDates =
    order && (draft.moved || !document.moneyDates ? moneyDatesOf(order) : document.moneyDates);
  const timers = snapshot ? timersOf(stateOf(snapshot), snapshot.context) : [];
  const waiting = draft.effects.filter(({ dueAt }) => dueAt === null).length;
  const dues = [
    ...timers.map((timer) => Date.parse(timer.dueAt)),
    ...draft.effects.flatMap((pending) => pending.dueAt ?? []),
  ];
  return {
    snapshot,
    document: {
      ...document,
      version: document.version + 1,
      state,
      customerId: order?.customer.id ?? null,
      placedAt: order?.placedAt ?? null,
      updatedAt: at,
      snapshot: stored,
      history,
      seq,
      publishedSeq: options.publishedSeq
        ? Math.max(document.publishedSeq, options.publishedSeq(document.orderId))
        : seq,
      replies: draft.replies,
      effects: draft.effects,
      dueAt: dues.length > 0 ? Math.min(...dues) : null,
      ...(moneyDates && moneyDates.length > 0 && { moneyDates }),
      ...(waiting > 0 && { effectsWaiting: waiting }),
    },
  };
};
