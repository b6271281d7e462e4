import type { Msg } from "nats";

/** What a worker says to JetStream about a message, by answering it. */
export const ack = (message: Msg): void => void message.respond("+ACK");

/** Brings it again after `delayMs`, at once when that is 0. */
export const nak = (message: Msg, delayMs = 0): void =>
  void message.respond(
    delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.round(delayMs) * 1_000_000 })}` : "-NAK",
  );

/** Takes it off the queue for good. */
export const TERM = "+TERM";

export interface StreamPlace {
  readonly seq: number;
  /** Tells this message from one of the same number in a stream made anew. */
  readonly key: string;
}

/**
 * Where a delivered message stands in its stream, from the subject that it is acknowledged on:
 * `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`, in which newer servers
 * can put `<domain>.<account>` before the stream and a token at the end.
 */
export const placeOf = (message: Msg): StreamPlace => {
  const tokens = (message.reply ?? "").split(".");
  const at = tokens.length > 9 ? 7 : 5;
  return { seq: Number(tokens[at]), key: `${tokens[at]}@${tokens[at + 2]}` };
};
