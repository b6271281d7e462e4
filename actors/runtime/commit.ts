import type { OrderDomain } from "../../machines/mod.ts";
import type { StoredReply } from "../command.ts";
import type { OrderDocument } from "../document.ts";
import type { Clock, OrderStore, OrderWrite } from "../ports.ts";
import type { OrderCache } from "./cache.ts";
import { type Folded, type FoldOptions, foldOrder, type LiveOrder, reviveOrder, unwritten } from "./fold.ts";
import { commandsOf, type Job } from "./job.ts";
import { trim } from "./trim.ts";

export interface CommitParts {
  readonly domain: OrderDomain;
  readonly store: OrderStore;
  readonly cache: OrderCache;
  readonly clock: Clock;
  readonly options: Pick<FoldOptions, "replyRetentionMs" | "effectLeaseMs" | "publishedSeq">;
  /** Told of each order whose write failed, and so may have been written all the same, with the seq before it. */
  onDoubt(orderId: string, seqBefore: number): void;
}

/** One order's part of a batch that is stored: what it was, what it is, what each job is to be told. */
export interface Committed {
  readonly before: LiveOrder | undefined;
  readonly folded: Folded;
}

type Group = readonly [orderId: string, jobs: readonly Job[]];

/**
 * One batch: read, fold, write, and only then tell. Resolves to what is stored and to the jobs whose orders were not
 * written, because another writer changed them meanwhile or a paymentKey belongs to another order. Rejects when the
 * store is away or a write fails for a reason of its own: then nothing is known to be written, and a job that was
 * written all the same finds its reply when it comes again.
 *
 * paymentKeys are claimed within the write, which spares a trip to the store; jobs that come back `lost` are to be run
 * again with `claimFirst`, which finds out whose the keys are.
 */
export const commitBatch = async (
  jobs: readonly Job[],
  parts: CommitParts,
  { claimFirst = false } = {},
): Promise<{ committed: Committed[]; lost: Job[] }> => {
  const groups = groupByOrder(jobs);
  const orders = await loadOrders(groups, parts);
  const options: FoldOptions = { ...parts.options, domain: parts.domain, now: parts.clock.now() };
  const archived = await loadArchivedReplies(groups, orders, parts.store);

  const foldGroup = ([orderId, its]: Group, takenKeys?: ReadonlySet<string>): Committed => {
    const before = orders.get(orderId);
    if (before instanceof Error) return { before: undefined, folded: failAll(orderId, its, before) };
    const archivedReplies = archived.get(orderId);
    const folded = foldOrder(before, orderId, its, {
      ...options,
      ...(takenKeys && { takenKeys }),
      ...(archivedReplies && { archivedReplies }),
    });
    return { before, folded };
  };

  const taken = new Map<string, Set<string>>();
  let all = groups.map((group) => foldGroup(group));
  // A payment refused for its key may let the next one of its order through, which needs its own key in turn.
  while (claimFirst && !(await claimKeys(all, parts.store, taken))) {
    all = groups.map((group) => foldGroup(group, taken.get(group[0])));
  }

  const trimmed = all.filter((one) => one.folded.changed).map((one) => trimCommit(one));
  const archives = trimmed.flatMap(({ archive }) => archive ?? []);
  if (archives.length > 0) await parts.store.archive(archives);

  const writes = trimmed.map(({ before, folded }) =>
    writeOf(before?.document, folded.live.document, claimFirst ? [] : folded.claims),
  );
  const written = await parts.store.commit(writes).catch((error) => {
    for (const { before, folded } of trimmed) {
      parts.onDoubt(folded.live.document.orderId, before?.document.seq ?? 0);
    }
    throw error;
  });
  const unchanged = all.filter((one) => !one.folded.changed);
  const stored = trimmed.filter((one) => written.has(one.folded.live.document.orderId));
  const losers = trimmed.filter((one) => !written.has(one.folded.live.document.orderId));
  for (const { folded } of stored) parts.cache.set(folded.live);
  for (const { folded } of losers) parts.cache.delete(folded.live.document.orderId);
  return {
    committed: [...unchanged, ...stored],
    lost: losers.flatMap(({ folded }) => folded.outcomes.map(({ job }) => job)),
  };
};

const writeOf = (
  before: OrderDocument | undefined,
  document: OrderDocument,
  claims: readonly string[],
): OrderWrite => ({
  document,
  expectedVersion: before?.version ?? 0,
  ...(document.moneyDates &&
    document.moneyDates !== before?.moneyDates && { newMoneyDates: document.moneyDates }),
  ...(document.effectsWaiting !== before?.effectsWaiting && {
    newEffectsWaiting: document.effectsWaiting ?? 0,
  }),
  ...(before && before.state !== document.state && { stateBefore: before.state }),
  ...(claims.length > 0 && { claims }),
});

const groupByOrder = (jobs: readonly Job[]): Group[] => {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    const group = groups.get(job.orderId);
    if (group) group.push(job);
    else groups.set(job.orderId, [job]);
  }
  return [...groups];
};

/** Live orders by id; an order that can't be read is an Error, which fails its own jobs and no others. */
const loadOrders = async (groups: readonly Group[], { domain, store, cache }: CommitParts) => {
  const orders = new Map<string, LiveOrder | Error>();
  const missing: string[] = [];
  for (const [orderId, jobs] of groups) {
    const live = cache.get(orderId);
    if (live && !jobs.some(({ seenVersion = 0 }) => seenVersion > live.document.version)) {
      orders.set(orderId, live);
    } else if (!createsOrder(jobs)) missing.push(orderId);
  }
  if (missing.length === 0) return orders;
  for (const [orderId, document] of await store.load(missing)) {
    try {
      orders.set(orderId, reviveOrder(domain, document));
    } catch (error) {
      orders.set(orderId, error as Error);
    }
  }
  return orders;
};

/** A new order is not looked for first: if it is there after all, the compare-and-set on version 0 is lost. */
const createsOrder = (jobs: readonly Job[]): boolean =>
  jobs[0]?.command?.type === "order.place" && jobs[0].firstTry === true;

const loadArchivedReplies = async (
  groups: readonly Group[],
  orders: ReadonlyMap<string, LiveOrder | Error>,
  store: OrderStore,
) => {
  const found = new Map<string, Map<string, StoredReply>>();
  for (const [orderId, jobs] of groups) {
    const order = orders.get(orderId);
    if (!order || order instanceof Error || order.document.archivedReplies === 0) continue;
    const replies = new Map<string, StoredReply>();
    for (const command of jobs.flatMap(commandsOf)) {
      const reply = await store.archivedReply(orderId, command.id);
      if (reply) replies.set(reply.id, reply);
    }
    found.set(orderId, replies);
  }
  return found;
};

/**
 * Claims the paymentKeys of accepted payments. False when some belong to other orders; they are then in `taken`, by the
 * order that asked. A key claimed before is simply owned.
 */
const claimKeys = async (
  all: readonly Committed[],
  store: OrderStore,
  taken: Map<string, Set<string>>,
): Promise<boolean> => {
  const claims = all.flatMap(({ folded }) =>
    folded.claims.map((paymentKey) => ({ paymentKey, orderId: folded.live.document.orderId })),
  );
  if (claims.length === 0) return true;
  const owners = await store.claimPaymentKeys(claims);
  const lost = claims.filter(({ paymentKey, orderId }) => owners.get(paymentKey) !== orderId);
  for (const { paymentKey, orderId } of lost) {
    taken.set(orderId, (taken.get(orderId) ?? new Set()).add(paymentKey));
  }
  return lost.length === 0;
};

const trimCommit = ({ before, folded }: Committed) => {
  const { document, archive } = trim(folded.live.document, before?.document);
  return { before, folded: { ...folded, live: { ...folded.live, document } }, archive };
};

const failAll = (orderId: string, jobs: readonly Job[], error: Error): Folded => ({
  live: { document: unwritten(orderId), snapshot: null },
  changed: false,
  claims: [],
  outcomes: jobs.map((job) => ({ job, outcome: { status: "failed", error } })),
});
