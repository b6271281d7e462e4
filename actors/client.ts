import type { OrderDomain, OrderState } from "../machines/mod.ts";
import { type Command, orderIdOf, type Reply, replyOf, replyTo, type StoredReply } from "./command.ts";
import type { HistoryEntry, OrderDocument } from "./document.ts";
import type { CommandBus, DeadLetter, EventMessage, OrderPage, OrderQuery, OrderStore } from "./ports.ts";

export type CommandStatus =
  | { readonly status: "done"; readonly reply: Reply }
  | { readonly status: "pending" }
  | { readonly status: "dead"; readonly reason: string; readonly at: string }
  | { readonly status: "unknown" };

/** All that the gateway may do to orders: hand in commands, and look. */
export interface OrderClient {
  readonly domain: OrderDomain;
  /** The stored reply; for a command that has outlasted `waitMs`, `dead` or, when it is still to run, `pending`. */
  submit(command: Command, waitMs: number): Promise<CommandStatus>;
  status(commandId: string): Promise<CommandStatus>;
  get(orderId: string): Promise<OrderDocument | undefined>;
  list(query: OrderQuery): Promise<OrderPage>;
  /** As of {@link OrderStore}, all four. */
  countByState(): Promise<ReadonlyMap<OrderState, number>>;
  readonly countsAreKept: boolean;
  effectsWaiting(): Promise<number>;
  waitingForOperator(query: { limit: number }): Promise<OrderDocument[]>;
  history(orderId: string, range: { after: number; limit: number }): Promise<HistoryEntry[]>;
  subscribe(orderId: string | undefined, listener: (event: EventMessage) => void): Promise<() => void>;
  deadLetters(limit: number): Promise<DeadLetter[]>;
  deadLetterCount(): Promise<number>;
  revive(commandId: string): Promise<void>;
  /** Rejects with what is not ready. */
  ready(): Promise<void>;
}

const POLL_MS = 25;

export const createOrderClient = (parts: {
  domain: OrderDomain;
  store: OrderStore;
  bus: CommandBus;
}): OrderClient => {
  const { domain, store, bus } = parts;

  const get = async (orderId: string) => {
    const document = (await store.load([orderId])).get(orderId);
    return document?.snapshot ? document : undefined;
  };

  const storedReply = async (id: string): Promise<StoredReply | undefined> => {
    const orderId = orderIdOf(id);
    const document = (await store.load([orderId])).get(orderId);
    const kept = document?.replies.find((reply) => reply.id === id);
    if (kept || !document?.archivedReplies) return kept;
    return store.archivedReply(orderId, id);
  };

  const status = async (id: string): Promise<CommandStatus> => {
    const stored = await storedReply(id);
    if (stored) return { status: "done", reply: replyOf(stored) };
    const dead = await bus.deadLetter(id);
    if (dead) return { status: "dead", reason: dead.reason, at: dead.at };
    return (await bus.isPending(id)) ? { status: "pending" } : { status: "unknown" };
  };

  return {
    domain,
    get,
    status,
    async submit(command, waitMs) {
      const until = performance.now() + waitMs;
      const requested = await bus.request(command, waitMs);
      if (requested.status === "replied") return { status: "done", reply: requested.reply };
      // Either the wait is over, or the bus knew the command already and its reply is (or soon will be) stored.
      for (;;) {
        const stored = await storedReply(command.id);
        if (stored) return { status: "done", reply: replyTo(command, stored) };
        if (performance.now() >= until) break;
        await Bun.sleep(POLL_MS);
      }
      const dead = waitMs > 0 ? await bus.deadLetter(command.id) : undefined;
      return dead ? { status: "dead", reason: dead.reason, at: dead.at } : { status: "pending" };
    },
    list: (query) => store.list(query),
    countByState: () => store.countByState(),
    countsAreKept: store.countsAreKept,
    effectsWaiting: () => store.effectsWaiting(),
    waitingForOperator: (query) => store.waitingForOperator(query),
    history: (orderId, range) => store.history(orderId, range),
    subscribe: (orderId, listener) => bus.subscribe(orderId, listener),
    deadLetters: (limit) => bus.deadLetters(limit),
    deadLetterCount: () => bus.deadLetterCount(),
    revive: (id) => bus.revive(id),
    async ready() {
      await Promise.all([store.ready(), bus.ready()]);
    },
  };
};
