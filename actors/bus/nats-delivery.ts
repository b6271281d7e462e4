import type { Msg, NatsConnection } from "nats";
import type { Command } from "../command.ts";
import type { Delivery, Log } from "../ports.ts";
import { ack, nak, placeOf, TERM } from "./nats-ack.ts";
import { encode, readCommand } from "./nats-codec.ts";
import type { NatsDeadLetters } from "./nats-dead-letters.ts";
import type { NatsNames } from "./nats-names.ts";
import { REPLY_TO } from "./nats-replies.ts";

export interface DeliveryParts {
  readonly nc: NatsConnection;
  readonly names: NatsNames;
  readonly deadLetters: NatsDeadLetters;
  readonly log: Log;
}

/** How a message that is held here comes off the stream, or back on. */
export interface Held {
  /** The message's latest coming: the server can bring it again while it is held. */
  message: Msg;
  /** Lets go of it; false when it was let go before, or belongs to a stream that is no more. */
  release(): boolean;
}

const TERM_MS = 2_000;
/** When the dead-letter stream can't be reached, a dead command is tried again after this. */
const BURY_AGAIN_MS = 5_000;

/**
 * The three ways out never fail: where NATS can't be told, the message comes again after the ack wait. That is also
 * why an ack is not itself confirmed: a lost one costs a redelivery, which the stored reply answers, where confirming
 * would cost each command another round trip.
 */
export const createDelivery = (held: Held, command: Command, parts: DeliveryParts): Delivery => {
  const { nc, names, deadLetters, log } = parts;
  const replyTo = held.message.headers?.get(REPLY_TO) ?? "";

  const tell = (what: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      log.debug({ error, commandId: command.id }, `${what} could not be sent`);
    }
  };

  return {
    command,
    async done(reply) {
      if (held.release()) tell("an ack", () => ack(held.message));
      // Only ever to a place where replies are waited for, whatever the header asks.
      if (names.isReply(replyTo)) tell("a reply", () => nc.publish(replyTo, encode(reply)));
    },
    async retry(delayMs) {
      if (held.release()) tell("a nak", () => nak(held.message, delayMs));
    },
    async dead(reason) {
      await setAside(held, parts, () => deadLetters.bury(command.id, held.message.data, reason));
    },
  };
};

/** Takes a message off the stream once `bury` has it safe elsewhere; it comes again when that fails. */
const setAside = async (held: Held, { nc, log }: DeliveryParts, bury: () => Promise<void>): Promise<void> => {
  const { subject } = held.message;
  try {
    await bury();
  } catch (error) {
    log.error({ error, subject }, "a command could not be put with the dead letters and comes again");
    if (held.release()) nak(held.message, BURY_AGAIN_MS);
    return;
  }
  if (!held.release() || !held.message.reply) return;
  // Confirmed, unlike an ack: no stored reply stops a command that failed from running once more.
  await nc.request(held.message.reply, TERM, { timeout: TERM_MS }).catch((error) => {
    log.warn({ error, subject }, "a dead command could not be taken off the queue and will come again");
  });
};

/**
 * The delivery of a message; undefined when it holds no command that this program knows. Such a one goes to the dead
 * letters as it is, so that it neither stops the others nor is lost.
 */
export const readDelivery = (held: Held, parts: DeliveryParts): Delivery | undefined => {
  const { names, deadLetters, log } = parts;
  const { data, subject } = held.message;
  const read = readCommand(data);
  const known = read.status !== "unreadable" && names.command(read.command.id) === subject;
  if (read.status === "command" && known) return createDelivery(held, read.command, parts);

  const reason =
    read.status === "command" ? "COMMAND_MALFORMED: it is not the command of its subject" : read.reason;
  log.error({ subject, reason }, "a message that is no command is put with the dead letters");
  const bury = known
    ? () => deadLetters.bury(read.command.id, data, reason)
    : () => deadLetters.buryUnreadable(placeOf(held.message).seq, data, reason);
  void setAside(held, parts, bury);
  return undefined;
};
