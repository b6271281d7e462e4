import type { CommandStatus, OrderClient } from "../../actors/client.ts";
import { type Command, type ReplyBody, replyOf, replyTo, type StoredReply } from "../../actors/command.ts";
import type { HistoryEntry, OrderDocument } from "../../actors/document.ts";
import { TerminalError } from "../../actors/errors.ts";
import type { DeadLetter, EventMessage, OrderPage, OrderQuery } from "../../actors/ports.ts";
import {
  type CommandData,
  type CommandType,
  createOrderDomain,
  defaultPolicy,
  type OrderCommand,
  type OrderState,
  restoreSnapshot,
  stateOf,
  storeSnapshot,
} from "../../machines/mod.ts";

type Listener = (event: EventMessage) => void;

/**
 * An OrderClient in memory: the real domain, replies kept by command id, events told at once. What a test wants to
 * go wrong it replaces: `fake.submit = async () => ({ status: "pending" })`.
 */
export const createFakeClient = () => {
  const domain = createOrderDomain(defaultPolicy);
  const documents = new Map<string, OrderDocument>();
  const replies = new Map<string, StoredReply>();
  const listeners = new Set<{ orderId: string | undefined; listener: Listener }>();
  const deadLetters = new Map<string, DeadLetter>();
  const commands: Command[] = [];
  const queries: OrderQuery[] = [];

  const tell = (orderId: string, entry: HistoryEntry) => {
    for (const one of listeners) {
      if (one.orderId === undefined || one.orderId === orderId) one.listener({ orderId, entry });
    }
  };

  const run = (command: Command, live = true): ReplyBody => {
    const before = documents.get(command.orderId);
    const snapshot = before?.snapshot ? restoreSnapshot(domain, before.snapshot) : null;
    // The commands of these tests are well-formed, so that type and data belong together.
    const asked = {
      type: command.type,
      data: command.data,
      at: command.issuedAt,
      id: command.id,
    } as OrderCommand;
    const decision = domain.decide(snapshot, command.orderId, asked);
    if (!decision.accepted) return { ok: false, ...decision.refusal };
    const seq = (before?.seq ?? 0) + 1;
    const entry = { ...decision.event, seq, commandId: command.id, actor: command.actor };
    const order = decision.order.context;
    const effects = decision.effects.map((effect) => ({
      effect,
      keySeq: 1,
      tries: 0,
      dueAt: Date.parse(command.issuedAt),
      since: command.issuedAt,
      uncertain: false,
    }));
    documents.set(command.orderId, {
      orderId: command.orderId,
      version: (before?.version ?? 0) + 1,
      partition: 0,
      state: stateOf(decision.order),
      customerId: order.customer.id,
      placedAt: order.placedAt,
      updatedAt: command.issuedAt,
      snapshot: storeSnapshot(decision.order),
      history: [...(before?.history ?? []), entry],
      seq,
      publishedSeq: seq,
      replies: [],
      archivedReplies: 0,
      effects,
      dueAt: null,
    });
    if (live) tell(command.orderId, entry);
    return { ok: true, state: stateOf(decision.order), event: entry.type, seq };
  };

  const fake = {
    domain,
    /** Every command handed in, first comings and repetitions. */
    commands,
    queries,
    documents,
    deadLetterBox: deadLetters,
    listeners,
    tell,

    /** What timers and Toss do: straight into the machine. With `live: false` nobody is told, as after a lost connection. */
    happen<T extends CommandType>(
      orderId: string,
      type: T,
      data: CommandData<T>,
      { live = true } = {},
    ): void {
      const at = new Date().toISOString();
      const id = `${orderId}.${type}${documents.get(orderId)?.seq}`;
      const actor = { role: "system", id: "test" } as const;
      const reply = run({ id, orderId, type, data, actor, issuedAt: at, hash: "" }, live);
      if (!reply.ok) throw new Error(`${type} was refused: ${reply.message}`);
    },

    async submit(command: Command, _waitMs: number): Promise<CommandStatus> {
      commands.push(command);
      const kept = replies.get(command.id);
      if (kept) return { status: "done", reply: replyTo(command, kept) };
      const stored = { id: command.id, hash: command.hash, reply: run(command) };
      replies.set(command.id, stored);
      return { status: "done", reply: replyOf(stored) };
    },
    async status(id: string): Promise<CommandStatus> {
      const kept = replies.get(id);
      if (kept) return { status: "done", reply: replyOf(kept) };
      const dead = deadLetters.get(id);
      return dead ? { status: "dead", reason: dead.reason, at: dead.at } : { status: "unknown" };
    },
    async get(orderId: string) {
      return documents.get(orderId);
    },
    async list(query: OrderQuery): Promise<OrderPage> {
      queries.push(query);
      const found = [...documents.values()].filter(({ state }) => !query.state || state === query.state);
      return { orders: found.slice(0, query.limit) };
    },
    countsAreKept: true as boolean,
    async countByState() {
      const counts = new Map<OrderState, number>();
      for (const { state } of documents.values()) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
      return counts;
    },
    async effectsWaiting() {
      return [...documents.values()].reduce((sum, { effectsWaiting = 0 }) => sum + effectsWaiting, 0);
    },
    async waitingForOperator({ limit }: { limit: number }) {
      return [...documents.values()].filter(({ effectsWaiting = 0 }) => effectsWaiting > 0).slice(0, limit);
    },
    async history(orderId: string, { after, limit }: { after: number; limit: number }) {
      return (documents.get(orderId)?.history ?? []).filter(({ seq }) => seq > after).slice(0, limit);
    },
    async subscribe(orderId: string | undefined, listener: Listener) {
      const one = { orderId, listener };
      listeners.add(one);
      return () => {
        listeners.delete(one);
      };
    },
    async deadLetters(limit: number) {
      return [...deadLetters.values()].slice(0, limit);
    },
    async deadLetterCount() {
      return deadLetters.size;
    },
    async revive(id: string) {
      const dead = deadLetters.get(id);
      if (!dead)
        throw new TerminalError("DEAD_LETTER_NOT_FOUND", { message: `There is no dead letter ${id}.` });
      deadLetters.delete(id);
      replies.set(id, { id, hash: dead.command.hash, reply: run(dead.command) });
    },
    async ready() {},
  };
  return fake satisfies OrderClient;
};

export type FakeClient = ReturnType<typeof createFakeClient>;
