import type { Effect, Instant, KstDate, OrderEvent, OrderState, StoredSnapshot } from "../machines/mod.ts";
import type { Actor, StoredReply } from "./command.ts";

/** One step of an order's life: a domain event with its place, its cause and who caused it. */
export interface HistoryEntry extends OrderEvent {
  /** 1, 2, 3… within the order, without gaps. Consumers of events dedupe by it. */
  readonly seq: number;
  readonly commandId: string;
  readonly actor: Actor;
  /** Digest of the order as it stood after this entry. Of the last entry of each write; not of earlier releases. */
  readonly order?: string;
  /** Digest over this entry and, by the chain of the entry before, over all before it. Not of earlier releases. */
  readonly chain?: string;
}

/** An effect that is not finished: what to do, under which key, when next. */
export interface PendingEffect {
  readonly effect: Effect;
  /** The idempotency key of the next call is made from it; it changes only when the last key is spent. */
  readonly keySeq: number;
  readonly tries: number;
  /** Epoch ms of the next try; while one is running, when to think that it died. Null: waits for an operator. */
  readonly dueAt: number | null;
  readonly since: Instant;
  /** An earlier try may have reached Toss: ask how the payment stands before believing a "no". */
  readonly uncertain: boolean;
  readonly lastError?: string;
}

/**
 * One order as it is stored: everything that one write must hold together. Also stands, with no snapshot, for an id
 * that was only ever refused, so that those refusals are repeated too.
 */
export interface OrderDocument {
  readonly orderId: string;
  /** Compare-and-set: 1 at the first write, one more at each. */
  readonly version: number;
  readonly partition: number;
  readonly state: OrderState | null;
  readonly customerId: string | null;
  readonly placedAt: Instant | null;
  readonly updatedAt: Instant;
  /** As of the newest history entry: a write without an event leaves it as it was, an older version's shape too. */
  readonly snapshot: StoredSnapshot | null;
  /** The newest history entries, oldest first; older ones are in the archive. */
  readonly history: readonly HistoryEntry[];
  readonly seq: number;
  /** Events up to here were published. */
  readonly publishedSeq: number;
  /** The newest replies, oldest first. */
  readonly replies: readonly StoredReply[];
  /** How many replies are in the archive: 0 spares the look-up. */
  readonly archivedReplies: number;
  readonly effects: readonly PendingEffect[];
  /** Epoch ms of the earliest timer or effect; null when nothing is due ever. Indexed. */
  readonly dueAt: number | null;
  /**
   * The days on which its money moved, oldest first. Indexed, for settlement. Left out while none has moved, and by
   * releases before settlement: the order's next write then adds it.
   */
  readonly moneyDates?: readonly KstDate[];
  /** How many of its effects wait for an operator. Left out while none does. Indexed, for whoever watches. */
  readonly effectsWaiting?: number;
}
