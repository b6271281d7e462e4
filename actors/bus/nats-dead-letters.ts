import { headers, type StoredMsg } from "nats";
import { TerminalError } from "../errors.ts";
import type { DeadLetter } from "../ports.ts";
import { readCommand } from "./nats-codec.ts";
import { busUnavailable, type NatsLink } from "./nats-link.ts";
import { isCommandId, type NatsNames } from "./nats-names.ts";
import { HEADER_ROOM, type NatsPublisher } from "./nats-publisher.ts";
import { apiErrorCode, type NatsStreams, NO_MESSAGE_FOUND } from "./nats-streams.ts";

/** Why a dead letter is one. Its payload stays what it was, byte for byte. */
const REASON = "Jumun-Reason";

const MAX_REASON = 1_000;

export interface NatsDeadLetters {
  /** Durable when it resolves. */
  bury(commandId: string, payload: Uint8Array, reason: string): Promise<void>;
  /** For a message that is no command; `streamSeq` is its place in the command stream. */
  buryUnreadable(streamSeq: number, payload: Uint8Array, reason: string): Promise<void>;
  get(commandId: string): Promise<DeadLetter | undefined>;
  /** Newest first; those that can't be read as commands are left out. */
  list(limit: number): Promise<DeadLetter[]>;
  count(): Promise<number>;
  revive(commandId: string): Promise<void>;
}

export const createNatsDeadLetters = (parts: {
  link: NatsLink;
  names: NatsNames;
  streams: NatsStreams;
  publisher: NatsPublisher;
}): NatsDeadLetters => {
  const { link, names, streams, publisher } = parts;
  const { jsm } = streams;
  const stream = names.streams.dead;

  const put = async (subject: string, payload: Uint8Array, reason: string) => {
    const why = headers();
    why.set(REASON, reason.replace(/\s+/g, " ").slice(0, MAX_REASON));
    await publisher.publish({ subject, payload, headers: why });
  };

  const stored = async (commandId: string): Promise<StoredMsg | undefined> => {
    if (!isCommandId(commandId)) return undefined;
    link.assertOnline();
    try {
      return await jsm.streams.getMessage(stream, { last_by_subj: names.dead(commandId) });
    } catch (error) {
      if (apiErrorCode(error) === NO_MESSAGE_FOUND) return undefined;
      throw busUnavailable("The dead letters could not be read.", error);
    }
  };

  /** Dead letters with `from <= seq <= to`, oldest first, over the gaps that revived ones left. */
  const between = async (from: number, to: number): Promise<StoredMsg[]> => {
    const found: StoredMsg[] = [];
    for (let seq = from; seq <= to; ) {
      const next = { seq, next_by_subj: names.allDead };
      const message = await jsm.streams.getMessage(stream, next).catch((error) => {
        if (apiErrorCode(error) === NO_MESSAGE_FOUND) return undefined;
        throw error;
      });
      if (!message || message.seq > to) break;
      found.push(message);
      seq = message.seq + 1;
    }
    return found;
  };

  return {
    bury: (commandId, payload, reason) => put(names.dead(commandId), payload, reason),
    buryUnreadable: (streamSeq, payload, reason) =>
      put(names.unreadable(streamSeq), payload.subarray(0, link.maxPayload - HEADER_ROOM), reason),

    async get(commandId) {
      const message = await stored(commandId);
      return message && toDeadLetter(message);
    },

    async list(limit) {
      link.assertOnline();
      try {
        const { state } = await jsm.streams.info(stream);
        const found: DeadLetter[] = [];
        // Backwards in windows that double, so that long gaps cost few questions.
        let to = state.last_seq;
        for (let width = limit; to >= state.first_seq && to > 0 && found.length < limit; width *= 2) {
          const from = Math.max(state.first_seq, to - width + 1);
          for (const message of (await between(from, to)).reverse()) {
            const letter = toDeadLetter(message);
            if (letter) found.push(letter);
          }
          to = from - 1;
        }
        return found.slice(0, limit);
      } catch (error) {
        throw busUnavailable("The dead letters could not be listed.", error);
      }
    },

    async count() {
      link.assertOnline();
      try {
        return (await jsm.streams.info(stream)).state.messages;
      } catch (error) {
        throw busUnavailable("The dead letters could not be counted.", error);
      }
    },

    async revive(commandId) {
      const message = await stored(commandId);
      if (!message) throw notFound(commandId);
      const again = headers();
      // Its own id for this one revival: the first sending's id may still be remembered, and asking twice is once.
      again.set("Nats-Msg-Id", `${commandId}:revived:${message.seq}:${message.timestamp}`);
      await publisher.publish({ subject: names.command(commandId), payload: message.data, headers: again });
      await jsm.streams.deleteMessage(stream, message.seq, false).catch(async (error) => {
        // Gone already: revived by someone else, or replaced because the command has died once more.
        if ((await stored(commandId))?.seq !== message.seq) return;
        throw busUnavailable(
          "The command was brought again, but its dead letter could not be removed.",
          error,
        );
      });
    },
  };
};

const toDeadLetter = (message: StoredMsg): DeadLetter | undefined => {
  const read = readCommand(message.data);
  if (read.status === "unreadable") return undefined;
  const reason = message.header.get(REASON);
  return { command: read.command, reason, at: message.time.toISOString() };
};

const notFound = (commandId: string): TerminalError =>
  new TerminalError("DEAD_LETTER_NOT_FOUND", {
    message: `No dead letter has the id ${commandId.slice(0, 150)}. Nothing was changed. Look at /commands/${"{id}"} for how the command stands.`,
  });
