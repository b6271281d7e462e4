import { type Msg, nuid, type Subscription } from "nats";
import type { Reply } from "../command.ts";
import { readReply } from "./nats-codec.ts";
import type { NatsLink } from "./nats-link.ts";
import type { NatsNames } from "./nats-names.ts";

/** The header of a command that says where its reply is waited for. */
export const REPLY_TO = "Jumun-Reply-To";

export interface Waiter {
  /** Undefined when the wait is over. */
  readonly reply: Promise<Reply | undefined>;
  cancel(): void;
}

/** Hears the replies to this process' commands. */
export interface NatsReplies {
  /** Goes into {@link REPLY_TO}. */
  readonly subject: string;
  expect(commandId: string, waitMs: number): Waiter;
  /** Ends all waits. */
  close(): void;
}

/**
 * One subscription for all commands of the process, told apart by command id. Replies are plain messages: one that
 * is lost costs its waiter the wait, since the reply is stored with the order and read from there.
 */
export const createNatsReplies = (link: NatsLink, names: NatsNames): NatsReplies => {
  const subject = names.reply(nuid.next());
  const waiting = new Map<string, Set<(reply: Reply | undefined) => void>>();

  const onReply = (error: Error | null, msg: Msg) => {
    const reply = error ? undefined : readReply(msg.data);
    if (reply) for (const tell of waiting.get(reply.commandId) ?? []) tell(reply);
  };
  let subscription: Subscription | undefined;

  return {
    subject,
    expect(commandId, waitMs) {
      // Not before: a process that only runs commands hears no replies, and may not be allowed to.
      subscription ??= link.nc.subscribe(subject, { callback: onReply });
      const { promise, resolve } = Promise.withResolvers<Reply | undefined>();
      const tellers = waiting.get(commandId) ?? new Set();
      waiting.set(commandId, tellers);
      const end = (reply: Reply | undefined) => {
        clearTimeout(timer);
        tellers.delete(end);
        if (tellers.size === 0 && waiting.get(commandId) === tellers) waiting.delete(commandId);
        resolve(reply);
      };
      const timer = setTimeout(end, waitMs, undefined);
      tellers.add(end);
      return { reply: promise, cancel: () => end(undefined) };
    },
    close() {
      subscription?.unsubscribe();
      for (const tellers of [...waiting.values()]) for (const end of [...tellers]) end(undefined);
    },
  };
};
