import type { Msg, MsgHdrs } from "nats";
import { type ActorError, RetryableError, TerminalError } from "../errors.ts";
import { busUnavailable, type NatsLink } from "./nats-link.ts";
import { readPubAck } from "./nats-pub-ack.ts";

export interface DurableMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** With a `Nats-Msg-Id`, sending it again is the same message; without, the stream must not mind two. */
  readonly headers: MsgHdrs;
}

export interface Stored {
  /** The stream had a message of this id, and not from this call. */
  readonly duplicate: boolean;
}

/** Publishes to JetStream, any number at once, each resolved by the server's own acknowledgement. */
export interface NatsPublisher {
  publish(message: DurableMessage): Promise<Stored>;
  close(): void;
}

export interface NatsPublisherOptions {
  /** How long to stand by a message that the server has not acknowledged, in ms. */
  readonly timeoutMs: number;
  /** Most messages without an acknowledgement; beyond, OVERLOADED. */
  readonly maxUnacked: number;
  /** The server has no stream for a subject of ours. */
  onMissingStream(): Promise<void>;
}

interface Unacked {
  readonly message: DurableMessage;
  readonly deadline: number;
  sends: number;
  resendAt: number;
  resolve(stored: Stored): void;
  reject(error: ActorError): void;
}

const SWEEP_MS = 100;

/** Messages are kept this much below the server's limit, in bytes, so that headers always find room. */
export const HEADER_ROOM = 8 * 1024;

/**
 * One subscription hears all acknowledgements, and one timer minds all deadlines. What is unacknowledged when the
 * connection breaks is sent again on the next one: message ids make that the same message.
 */
export const createNatsPublisher = (link: NatsLink, options: NatsPublisherOptions): NatsPublisher => {
  const inbox = link.inbox();
  const unacked = new Map<string, Unacked>();
  let lastToken = 0;
  let sweeper: Timer | undefined;

  const send = (token: string, entry: Unacked) => {
    // Offline, the client would throw it away at the next connection; then it is sent again from here.
    if (!link.online) return;
    const { subject, payload, headers } = entry.message;
    entry.sends += 1;
    entry.resendAt = Number.POSITIVE_INFINITY;
    link.nc.publish(subject, payload, { headers, reply: `${inbox}.${token}` });
  };

  const settle = (token: string, entry: Unacked, answer: Stored | ActorError) => {
    unacked.delete(token);
    if (unacked.size === 0) {
      clearInterval(sweeper);
      sweeper = undefined;
    }
    if (answer instanceof Error) entry.reject(answer);
    else entry.resolve(answer);
  };

  const onAnswer = (error: Error | null, msg: Msg) => {
    if (error) return;
    const token = msg.subject.slice(inbox.length + 1);
    const entry = unacked.get(token);
    if (!entry) return;
    const ack = readPubAck(msg);
    switch (ack.status) {
      case "stored":
        // Sent more than once, it may be a duplicate of its own first sending.
        return settle(token, entry, { duplicate: ack.duplicate && entry.sends === 1 });
      case "refused":
        return settle(token, entry, ack.error);
      case "missing":
        // What still is missing at the next try is answered the same way again, until the deadline.
        void options.onMissingStream().catch(() => {});
        entry.resendAt = performance.now() + SWEEP_MS;
        return;
      case "busy":
        entry.resendAt = performance.now() + SWEEP_MS;
    }
  };
  const subscription = link.nc.subscribe(`${inbox}.*`, { callback: onAnswer });

  const sweep = () => {
    const now = performance.now();
    for (const [token, entry] of unacked) {
      if (now >= entry.deadline) settle(token, entry, busUnavailable(notAcknowledged(entry)));
      else if (now >= entry.resendAt) send(token, entry);
    }
  };

  const stopListening = link.onReconnect(() => {
    for (const [token, entry] of unacked) send(token, entry);
  });

  return {
    publish: (message) =>
      new Promise((resolve, reject) => {
        const limit = link.maxPayload - HEADER_ROOM;
        if (message.payload.length > limit) return reject(tooLarge(message.payload.length, limit));
        if (unacked.size >= options.maxUnacked) return reject(overloaded(options.maxUnacked));
        lastToken += 1;
        const token = lastToken.toString(36);
        const deadline = performance.now() + options.timeoutMs;
        const entry = { message, deadline, sends: 0, resendAt: Number.POSITIVE_INFINITY, resolve, reject };
        unacked.set(token, entry);
        sweeper ??= setInterval(sweep, SWEEP_MS);
        try {
          send(token, entry);
        } catch (error) {
          settle(token, entry, busUnavailable("The message could not be handed to NATS.", error));
        }
      }),
    close() {
      stopListening();
      subscription.unsubscribe();
      for (const [token, entry] of unacked) settle(token, entry, shutDown());
    },
  };
};

const notAcknowledged = ({ message, sends }: Unacked): string =>
  sends === 0
    ? `NATS is away; ${message.subject} was not sent.`
    : `NATS did not acknowledge ${message.subject}; whether it is stored is unknown.`;

const overloaded = (most: number): RetryableError =>
  new RetryableError("OVERLOADED", {
    message: `${most} messages wait for NATS already. This one was not sent. Try again when the load is lower.`,
  });

const tooLarge = (bytes: number, limit: number): TerminalError =>
  new TerminalError("COMMAND_TOO_LARGE", {
    message: `The message has ${bytes} bytes, and NATS takes ${limit}. Nothing was sent. Send less in one command.`,
  });

const shutDown = (): RetryableError =>
  new RetryableError("SHUTTING_DOWN", {
    message:
      "This process is stopping; whether the message is stored is unknown. Try again, with the same command id.",
  });
