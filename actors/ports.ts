import type { Instant, KstDate, OrderState } from "../machines/mod.ts";
import type { Command, Reply, StoredReply } from "./command.ts";
import type { HistoryEntry, OrderDocument } from "./document.ts";

/** A write of one order, which takes place only if the stored version is still `expectedVersion` (0: not stored yet). */
export interface OrderWrite {
  readonly document: OrderDocument;
  readonly expectedVersion: number;
  /** The document's `moneyDates`, when the stored order may lack some; left out otherwise, which spares a look. */
  readonly newMoneyDates?: readonly KstDate[];
  /** The document's `effectsWaiting`, 0 for none, when the stored order may say otherwise. */
  readonly newEffectsWaiting?: number;
  /** The state of the stored order, where it is another than the document's; a new order (version 0) has none. */
  readonly stateBefore?: OrderState | null;
  /** paymentKeys that the order must own. Each is given to the order that asks first; without all, no write. */
  readonly claims?: readonly string[];
}

/** What is moved out of an order's document, under ids that make a second insert the same insert. */
export interface ArchiveEntry {
  readonly orderId: string;
  readonly history: readonly HistoryEntry[];
  readonly replies: readonly StoredReply[];
}

export interface OrderQuery {
  readonly state?: OrderState;
  readonly customerId?: string;
  /** Of one of its payments. */
  readonly paymentKey?: string;
  /** Days in Korea on which it was placed, both included. */
  readonly placedFrom?: KstDate;
  readonly placedTo?: KstDate;
  /** By placedAt and then orderId. Default: newest first. */
  readonly order?: "newest" | "oldest";
  /** From the last page, of the same order; opaque. */
  readonly cursor?: string;
  /** 1 to 200. */
  readonly limit: number;
}

/** In the order that the query asks for. */
export interface OrderPage {
  readonly orders: readonly OrderDocument[];
  readonly nextCursor?: string;
}

export interface MoneyQuery {
  readonly date: KstDate;
  /** The last page's `next`. */
  readonly after?: string;
  readonly limit: number;
}

/** In the order of their ids. */
export interface MoneyPage {
  readonly orders: readonly OrderDocument[];
  readonly next?: string;
}

/** A place among the orders that are due. */
export interface DuePlace {
  /** Epoch ms. */
  readonly dueAt: number;
  readonly orderId: string;
}

export interface DueQuery {
  /** Epoch ms. */
  readonly now: number;
  readonly partitions: readonly number[];
  /** The last page's `next`. */
  readonly after?: DuePlace | undefined;
  readonly limit: number;
}

/** Earliest first, by dueAt and then orderId. */
export interface DuePage {
  readonly orders: readonly OrderDocument[];
  readonly next?: DuePlace;
}

/**
 * Where orders live. Every method fails with RetryableError STORE_UNAVAILABLE when the store is away; a failed
 * `commit` may or may not have written, which the caller finds out by reading.
 */
export interface OrderStore {
  load(orderIds: readonly string[]): Promise<Map<string, OrderDocument>>;
  /**
   * Durable when it resolves. Resolves to the ids whose write took place; the others lost their compare-and-set, or a
   * paymentKey that they claim belongs to another order.
   */
  commit(writes: readonly OrderWrite[]): Promise<Set<string>>;
  /** Inserts what is not there yet. */
  archive(entries: readonly ArchiveEntry[]): Promise<void>;
  /** A reply that left the document. */
  archivedReply(orderId: string, commandId: string): Promise<StoredReply | undefined>;
  /** History entries with `seq > after`, oldest first, archive and document together. */
  history(orderId: string, range: { after: number; limit: number }): Promise<HistoryEntry[]>;
  /** Gives each paymentKey to the order that asks first. Resolves to the owner of each key asked for. */
  claimPaymentKeys(claims: readonly { paymentKey: string; orderId: string }[]): Promise<Map<string, string>>;
  list(query: OrderQuery): Promise<OrderPage>;
  /** Orders with money that moved on a day: those whose `moneyDates` hold it. */
  moneyMoved(query: MoneyQuery): Promise<MoneyPage>;
  /** Orders of these partitions with `dueAt <= now`. */
  due(query: DueQuery): Promise<DuePage>;
  /** How many effects wait for an operator, of all orders. */
  effectsWaiting(): Promise<number>;
  /** Some orders with effects that wait for an operator, in no order that means anything. */
  waitingForOperator(query: { limit: number }): Promise<OrderDocument[]>;
  /** How many orders are in each state, those without any left out; ids that were only ever refused count nowhere. */
  countByState(): Promise<ReadonlyMap<OrderState, number>>;
  /**
   * True when each commit keeps the counts, so that reading them costs nothing however many orders there are; false
   * when `countByState` counts all orders, and had better be asked seldom.
   */
  readonly countsAreKept: boolean;
  /** Orders of these partitions with events not yet published. */
  unpublished(range: { partitions: readonly number[]; limit: number }): Promise<OrderDocument[]>;
  /** Raises `publishedSeq`, never lowers it; does not touch `version`. */
  markPublished(marks: readonly { orderId: string; seq: number }[]): Promise<void>;
  leases: LeaseStore;
  /** Rejects when the store can't be reached or does not keep what it acknowledges. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Who works on which partition. An optimisation: two owners at once cost lost compare-and-sets, nothing else. */
export interface LeaseStore {
  /** Announces `owner` as alive until `now + ttlMs`, and resolves to all owners alive. */
  heartbeat(owner: string, now: number, ttlMs: number): Promise<string[]>;
  /** Takes or renews the lease of a partition if it is free, expired or already ours. */
  acquire(partition: number, owner: string, now: number, ttlMs: number): Promise<boolean>;
  release(partition: number, owner: string): Promise<void>;
  /** Takes `owner` out of the owners alive. */
  leave(owner: string): Promise<void>;
}

/** How far clocks of several machines may differ, and how long a lease may be that another setting gave out. In ms. */
const LEASE_SLACK_MS = 10 * 60_000;

/**
 * The latest end that a lease can have now. One that ends later was taken before the clock was set back, and would stand
 * for as long as that: it counts for nothing.
 */
export const lastOf = (now: number, ttlMs: number): number => now + ttlMs + LEASE_SLACK_MS;

/** A command handed to a worker. Exactly one of the three is called, once. */
export interface Delivery {
  readonly command: Command;
  /** The reply is stored: tell whoever waits, and let the command go. */
  done(reply: Reply): Promise<void>;
  /** Nothing was decided: bring it again after `delayMs`. */
  retry(delayMs: number): Promise<void>;
  /** It failed by itself again and again: put it aside where an operator sees it. */
  dead(reason: string): Promise<void>;
}

export interface DeadLetter {
  readonly command: Command;
  readonly reason: string;
  readonly at: Instant;
}

/** An event as it leaves: `orders.evt.<orderId>.<type>`. */
export interface EventMessage {
  readonly orderId: string;
  readonly entry: HistoryEntry;
}

export type Requested =
  | { readonly status: "replied"; readonly reply: Reply }
  | { readonly status: "pending" };

/** How commands reach the workers and how replies and events leave. Fails with RetryableError BUS_UNAVAILABLE. */
export interface CommandBus {
  /**
   * Hands a command in and waits for its reply up to `waitMs`. `pending` is only said of a command that is durable:
   * it will be run whatever dies. The same id handed in twice is run once; with another body while the first waits,
   * it is refused with IDEMPOTENCY_KEY_REUSED.
   */
  request(command: Command, waitMs: number): Promise<Requested>;
  /** Brings the commands of one partition, in order per order, until stopped. */
  consume(partition: number, deliver: (delivery: Delivery) => void): Promise<{ stop(): Promise<void> }>;
  /** True while a durable command waits for a worker. */
  isPending(commandId: string): Promise<boolean>;

  /** Puts a command aside that did not come from the bus (a timer's, an effect's). */
  bury(command: Command, reason: string): Promise<void>;
  deadLetter(commandId: string): Promise<DeadLetter | undefined>;
  deadLetters(limit: number): Promise<DeadLetter[]>;
  /** How many there are, messages that are no commands included. */
  deadLetterCount(): Promise<number>;
  /** Brings a dead letter again under its own command id. Rejects with DEAD_LETTER_NOT_FOUND. */
  revive(commandId: string): Promise<void>;

  /** Resolves when the events are as durable as this bus makes them. In order for each order. */
  publish(events: readonly EventMessage[]): Promise<void>;
  /** False when events live only as long as this process, so that none can be waiting from an earlier one. */
  readonly durableEvents: boolean;
  /** Live events of one order, or of all; may repeat one, never skips one while connected. */
  subscribe(orderId: string | undefined, listener: (event: EventMessage) => void): Promise<() => void>;

  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The time, in epoch ms. Tests bring their own. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Structured logging, in pino's shape. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
