import { createInbox } from "./bus/inbox.ts";
import type { Command, Reply } from "./command.ts";
import { keyReused, partitionOf } from "./command.ts";
import { RetryableError, TerminalError } from "./errors.ts";
import type { CommandBus, Delivery, EventMessage, Log, Requested } from "./ports.ts";

export interface EmbeddedBusOptions {
  /** The file of the inbox and the dead letters; its folder is made. */
  readonly path: string;
  /** Most commands in memory at once; more are refused with OVERLOADED. */
  readonly maxInFlight?: number;
  /** When a dead command can't be put aside (a full disk), it is tried again after this. Default 5,000. */
  readonly buryAgainMs?: number;
  /** Told when the file begins to fail, and when that is over. */
  readonly log?: Log;
}

type Listener = (event: EventMessage) => void;

/** A command in memory: who waits for it, and whether it also stands in the inbox. */
interface InFlight {
  readonly command: Command;
  readonly waiters: Set<(reply: Reply | undefined) => void>;
  /** True once it is written, not before: this is what `pending` promises. */
  durable: boolean;
  /** The write under way, shared by all who need it. */
  writing?: Promise<void> | undefined;
  /** It failed, or could not be stored, and is not run: whoever asked is told so, or is gone. */
  dropped: boolean;
}

/**
 * The bus of the embedded default: commands go straight to the worker of this process. One is written to the inbox
 * only when its caller is told `pending`; whoever waits for the reply needs no second write, since a process that dies
 * takes the caller's connection with it and the caller asks again under the same id.
 * @example const bus = await createEmbeddedBus({ path: "data/bus.sqlite" });
 */
export const createEmbeddedBus = async (options: EmbeddedBusOptions): Promise<CommandBus> => {
  const { path, maxInFlight = 20_000, buryAgainMs = 5_000 } = options;
  const inbox = createInbox(path, options.log);
  const inFlight = new Map<string, InFlight>();
  const consumers = new Map<number, (delivery: Delivery) => void>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const listeners = new Map<string, Set<Listener>>();
  let closed = false;

  const letGo = (entry: InFlight, reply: Reply | undefined) => {
    inFlight.delete(entry.command.id);
    for (const tell of entry.waiters) tell(reply);
  };

  const deliver = (entry: InFlight): void => {
    const { command } = entry;
    consumers.get(partitionOf(command.orderId))?.({
      command,
      async done(reply) {
        if (entry.durable) inbox.remove(command.id);
        letGo(entry, reply);
      },
      async retry(delayMs) {
        // Kept all the same, it would run when nobody reckons with it, and many of them would fill the memory.
        entry.dropped = isUnwanted(entry);
        if (entry.dropped) letGo(entry, undefined);
        else deliverIn(delayMs, entry);
      },
      async dead(reason) {
        try {
          await inbox.bury(command, reason);
        } catch (error) {
          deliverIn(buryAgainMs, entry);
          throw error;
        }
        letGo(entry, undefined);
      },
    });
  };

  const isUnwanted = ({ durable, writing, waiters }: InFlight) => !durable && !writing && waiters.size === 0;

  const deliverIn = (delayMs: number, entry: InFlight): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      deliver(entry);
    }, delayMs);
    timers.add(timer);
  };

  const admit = (command: Command, durable: boolean): InFlight => {
    const entry: InFlight = { command, waiters: new Set(), durable, dropped: false };
    inFlight.set(command.id, entry);
    return entry;
  };

  const makeDurable = (entry: InFlight): Promise<void> => {
    if (entry.durable) return Promise.resolve();
    entry.writing ??= write(entry).finally(() => {
      entry.writing = undefined;
    });
    return entry.writing;
  };

  const write = async (entry: InFlight): Promise<void> => {
    await inbox.add(entry.command);
    entry.durable = true;
    if (!inFlight.has(entry.command.id)) inbox.remove(entry.command.id); // done meanwhile
  };

  const wait = (entry: InFlight, waitMs: number): Promise<Reply | undefined> =>
    new Promise((resolve) => {
      const finish = (reply: Reply | undefined) => {
        clearTimeout(timer);
        entry.waiters.delete(finish);
        resolve(reply);
      };
      const timer = setTimeout(finish, waitMs, undefined);
      entry.waiters.add(finish);
    });

  // What an earlier process promised to run.
  for (const command of inbox.all()) admit(command, true);

  const request = async (command: Command, waitMs: number): Promise<Requested> => {
    if (closed) {
      throw new RetryableError("SHUTTING_DOWN", { message: "This process is stopping. Ask again." });
    }
    const known = inFlight.get(command.id);
    if (!known && inFlight.size >= maxInFlight) {
      throw new RetryableError("OVERLOADED", {
        message: `${inFlight.size} commands wait already; this one was not taken. Ask again in a moment.`,
      });
    }
    if (known && known.command.hash !== command.hash) {
      return { status: "replied", reply: keyReused(command.id) };
    }
    if (waitMs <= 0 && !known) {
      // Known from now on: whoever hands in the same id meanwhile, with this body or another, finds this one.
      const taken = admit(command, false);
      await makeDurable(taken).catch((error) => {
        taken.dropped = true;
        letGo(taken, undefined);
        throw error;
      });
      if (inFlight.get(command.id) === taken) deliver(taken);
      return { status: "pending" };
    }
    const entry = known ?? admit(command, false);
    // Whoever waits is noted before the delivery, which may be answered at once.
    const waiting = waitMs <= 0 ? undefined : wait(entry, waitMs);
    if (!known) deliver(entry);
    const reply = await waiting;
    if (reply) return { status: "replied", reply };
    if (inFlight.get(command.id) === entry) await makeDurable(entry);
    if (!entry.dropped) return { status: "pending" };
    throw new RetryableError("BUS_UNAVAILABLE", {
      message: "The command could not be stored, and was let go. Ask again under the same id.",
    });
  };

  return {
    durableEvents: false,
    request,

    async consume(partition, deliverTo) {
      consumers.set(partition, deliverTo);
      for (const entry of inFlight.values()) {
        if (partitionOf(entry.command.orderId) === partition) deliver(entry);
      }
      return {
        async stop() {
          if (consumers.get(partition) === deliverTo) consumers.delete(partition);
        },
      };
    },

    isPending: async (commandId) => inFlight.get(commandId)?.durable === true || inbox.has(commandId),

    bury: (command, reason) => inbox.bury(command, reason),
    deadLetter: async (commandId) => inbox.deadLetter(commandId),
    deadLetters: async (limit) => inbox.deadLetters(limit),
    deadLetterCount: async () => inbox.deadLetterCount(),
    async revive(commandId) {
      const command = inbox.revive(commandId);
      if (!command) {
        throw new TerminalError("DEAD_LETTER_NOT_FOUND", {
          message: `There is no dead letter ${commandId}.`,
        });
      }
      if (!inFlight.has(commandId)) deliver(admit(command, true));
    },

    async publish(events) {
      for (const event of events) {
        for (const listener of listeners.get(event.orderId) ?? []) listener(event);
        for (const listener of listeners.get("") ?? []) listener(event);
      }
    },
    async subscribe(orderId, listener) {
      const key = orderId ?? "";
      const those = listeners.get(key) ?? new Set();
      listeners.set(key, those.add(listener));
      return () => {
        those.delete(listener);
        if (those.size === 0 && listeners.get(key) === those) listeners.delete(key);
      };
    },

    ready: () => inbox.check(),
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const entry of inFlight.values()) for (const tell of entry.waiters) tell(undefined);
      await inbox.close();
    },
  };
};
