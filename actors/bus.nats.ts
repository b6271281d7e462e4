import { headers, type StoredMsg } from "nats";
import { encode, readCommand } from "./bus/nats-codec.ts";
import { consumePartition } from "./bus/nats-consumer.ts";
import { createNatsDeadLetters } from "./bus/nats-dead-letters.ts";
import { createNatsEvents } from "./bus/nats-events.ts";
import { busUnavailable, type NatsCredentials, openNatsLink } from "./bus/nats-link.ts";
import { assertCommandId, isCommandId, natsNames } from "./bus/nats-names.ts";
import { createNatsPublisher, type DurableMessage } from "./bus/nats-publisher.ts";
import { createNatsReplies, REPLY_TO } from "./bus/nats-replies.ts";
import { apiErrorCode, createNatsStreams, NO_MESSAGE_FOUND } from "./bus/nats-streams.ts";
import { type Command, keyReused, orderIdOf, partitionOf, type Reply } from "./command.ts";
import type { TlsMaterial } from "./connection/tls.ts";
import { RetryableError } from "./errors.ts";
import { type CommandBus, type Log, silentLog } from "./ports.ts";

export interface NatsBusOptions {
  /** `nats://host:4222` or `tls://…`, several for a cluster. User and password may stand in them. */
  readonly urls: readonly string[];
  /** Shows in the server's list of connections. */
  readonly name?: string;
  readonly credentials?: NatsCredentials;
  readonly tls?: TlsMaterial;
  /** Answers come on subjects of this role's own, `<prefix>.inbox.<role>.>`. Default `all`. */
  readonly role?: string;
  readonly log?: Log;
  /** Subjects are `<prefix>.cmd.…`, streams `<PREFIX>_CMD_<n>`, `_EVT` and `_DLQ`. Lower case. */
  readonly prefix?: string;
  /** A command that its worker neither settles nor gives back goes to another one after this. Default 30,000. */
  readonly ackWaitMs?: number;
  /** Copies of each stream. Left out: as the streams stand, one when they are new. */
  readonly replicas?: number;
  /**
   * How long a command id that comes again is turned away by the server. Default 2 minutes: what comes later is
   * caught by its stored reply, and the server holds each id in memory for as long.
   */
  readonly duplicateWindowMs?: number;
  /** Default 7 days. */
  readonly eventMaxAgeMs?: number;
  /** How long a command or event may wait for the server's acknowledgement. Default 5,000. */
  readonly publishTimeoutMs?: number;
  /** Most commands of one partition that a worker holds. Default 512. */
  readonly maxHeld?: number;
  /** Most messages sent and not yet acknowledged; beyond, OVERLOADED. Default 8,192. */
  readonly maxUnacked?: number;
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * Makes the streams, or brings them up to date, and ends: for a user who may do that and nothing else.
 * @example await makeNatsStreams({ urls: ["tls://nats:4222"], role: "admin", credentials: { user: "admin", password } });
 */
export const makeNatsStreams = async (options: NatsBusOptions): Promise<void> => {
  const { link } = await openStreams(options);
  await link.close();
};

/** A connection, and on it the streams as this version needs them. */
const openStreams = async (options: NatsBusOptions) => {
  const names = natsNames(options.prefix ?? "orders");
  const { urls, credentials, tls, replicas } = options;
  const link = await openNatsLink({
    urls,
    name: options.name ?? "jumun",
    log: options.log ?? silentLog,
    ...(credentials ? { credentials } : {}),
    ...(tls && { tls }),
    inboxPrefix: names.inbox(options.role ?? "all"),
  });
  try {
    const streams = await createNatsStreams(link, names, {
      duplicateWindowMs: options.duplicateWindowMs ?? 2 * 60_000,
      eventMaxAgeMs: options.eventMaxAgeMs ?? 7 * DAY_MS,
      ackWaitMs: options.ackWaitMs ?? 30_000,
      ...(replicas === undefined ? {} : { replicas }),
    });
    await streams.ensure();
    return { names, link, streams };
  } catch (error) {
    await link.close();
    throw error;
  }
};

/**
 * Commands, replies and events over NATS JetStream. Makes the streams that it needs, where it may. Rejects with
 * BUS_UNAVAILABLE when no server answers, with CONNECTION_INSECURE or CREDENTIALS_REFUSED when one does that it can't
 * work with; later it waits for one that went away, and each call fails with BUS_UNAVAILABLE meanwhile.
 *
 * @example const bus = await createNatsBus({ urls: ["nats://127.0.0.1:4222"] });
 */
export const createNatsBus = async (options: NatsBusOptions): Promise<CommandBus> => {
  const log = options.log ?? silentLog;
  const { names, link, streams } = await openStreams(options);

  const publisher = createNatsPublisher(link, {
    timeoutMs: options.publishTimeoutMs ?? 5_000,
    maxUnacked: options.maxUnacked ?? 8_192,
    onMissingStream: streams.ensure,
  });
  const replies = createNatsReplies(link, names);
  const deadLetters = createNatsDeadLetters({ link, names, streams, publisher });
  const events = createNatsEvents({ link, names, publisher, log });
  const consumers = new Set<{ stop(): Promise<void> }>();
  let closing: Promise<void> | undefined;

  const assertOpen = () => {
    if (closing) throw shuttingDown();
  };

  const commandMessage = (command: Command): DurableMessage => {
    assertOpen();
    assertCommandId(command.id);
    const about = headers();
    about.set("Nats-Msg-Id", command.id);
    about.set(REPLY_TO, replies.subject);
    if (command.traceparent) about.set("traceparent", command.traceparent);
    return { subject: names.command(command.id), payload: encode(command), headers: about };
  };

  /** The message of a command that no worker has settled yet. */
  const waiting = async (commandId: string): Promise<StoredMsg | undefined> => {
    link.assertOnline();
    try {
      const stream = names.commandStream(partitionOf(orderIdOf(commandId)));
      return await streams.jsm.streams.getMessage(stream, { last_by_subj: names.command(commandId) });
    } catch (error) {
      if (apiErrorCode(error) === NO_MESSAGE_FOUND) return undefined;
      throw busUnavailable("Whether the command waits could not be asked.", error);
    }
  };

  /** The refusal of a command under whose id another body waits. One that waits no more has a stored reply to tell. */
  const reusedKey = async ({ id, hash }: Command): Promise<Reply | undefined> => {
    const first = await waiting(id);
    if (!first) return undefined;
    const read = readCommand(first.data);
    return read.status === "command" && read.command.hash !== hash ? keyReused(id) : undefined;
  };

  const close = async () => {
    await Promise.all([...consumers].map((consumer) => consumer.stop()));
    replies.close();
    publisher.close();
    await link.close();
  };

  return {
    async request(command, waitMs) {
      const message = commandMessage(command);
      const waiter = replies.expect(command.id, waitMs);
      try {
        const stored = publisher.publish(message);
        // The reply can be here before the acknowledgement, and then says more.
        const early = await Promise.race([stored, waiter.reply]);
        if (early && "commandId" in early) return { status: "replied", reply: early };
        const { duplicate } = await stored;
        // Its reply went, or goes, to whoever sent it first; the caller finds it stored.
        const reply = await (duplicate ? reusedKey(command) : waiter.reply);
        return reply ? { status: "replied", reply } : { status: "pending" };
      } finally {
        waiter.cancel();
      }
    },

    async consume(partition, deliver) {
      assertOpen();
      const { nc } = link;
      const maxHeld = options.maxHeld ?? 512;
      const parts = { nc, link, names, streams, deadLetters, log, maxHeld };
      const consumer = await consumePartition(partition, deliver, parts);
      consumers.add(consumer);
      return {
        async stop() {
          consumers.delete(consumer);
          await consumer.stop();
        },
      };
    },

    async isPending(commandId) {
      assertOpen();
      return isCommandId(commandId) && (await waiting(commandId)) !== undefined;
    },

    async bury(command, reason) {
      assertOpen();
      assertCommandId(command.id);
      await deadLetters.bury(command.id, encode(command), reason);
    },
    deadLetter: deadLetters.get,
    deadLetters: deadLetters.list,
    deadLetterCount: deadLetters.count,
    revive: deadLetters.revive,

    publish: events.publish,
    durableEvents: true,
    subscribe: events.subscribe,

    async ready() {
      assertOpen();
      link.assertOnline();
      const asked = names.commandStreams.map(({ name }) => streams.jsm.streams.info(name));
      await Promise.all(asked).catch((error) => {
        throw busUnavailable("JetStream does not answer for the command streams.", error);
      });
    },

    close() {
      closing ??= close();
      return closing;
    },
  };
};

const shuttingDown = (): RetryableError =>
  new RetryableError("SHUTTING_DOWN", {
    message: "This process is stopping. Nothing was sent. Try again: another process takes it.",
  });
