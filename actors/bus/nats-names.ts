import { orderIdOf, partitionOf } from "../command.ts";
import { TerminalError } from "../errors.ts";

/** Every subject and stream that this bus uses, under one prefix, so that several shops can share a server. */
export interface NatsNames {
  readonly streams: { readonly commands: string; readonly events: string; readonly dead: string };
  /** `orders.cmd.<partition>.<orderId>.<digest>`: the last message of a subject tells whether a command waits. */
  command(commandId: string): string;
  allCommands: string;
  commandsOf(partition: number): string;
  /** The durable consumer of one partition. */
  worker(partition: number): string;
  /** `orders.dlq.<orderId>.<digest>` */
  dead(commandId: string): string;
  /** For what can't be read and so has no command id. No order id is as short as `bad`, so the two can't meet. */
  unreadable(streamSeq: number): string;
  allDead: string;
  /** `orders.evt.<orderId>.<type>`, where the type holds a dot of its own. */
  event(orderId: string, type: string): string;
  /** Of one order, or of all. */
  events(orderId: string | undefined): string;
  /** Where one process hears of replies. */
  reply(token: string): string;
  isReply(subject: string): boolean;
}

export const natsNames = (prefix: string): NatsNames => {
  if (!/^[a-z0-9_-]{1,32}$/.test(prefix)) throw new RangeError(`Not usable as a NATS prefix: "${prefix}"`);
  const stream = prefix.toUpperCase();
  const reply = new RegExp(`^${prefix}\\.reply\\.[A-Za-z0-9]+$`);
  return {
    streams: { commands: `${stream}_CMD`, events: `${stream}_EVT`, dead: `${stream}_DLQ` },
    command: (id) => `${prefix}.cmd.${partitionOf(orderIdOf(id))}.${id}`,
    allCommands: `${prefix}.cmd.>`,
    commandsOf: (partition) => `${prefix}.cmd.${partition}.>`,
    worker: (partition) => `worker-${partition}`,
    dead: (id) => `${prefix}.dlq.${id}`,
    unreadable: (seq) => `${prefix}.dlq.bad.${seq}`,
    allDead: `${prefix}.dlq.>`,
    event: (orderId, type) => `${prefix}.evt.${orderId}.${type}`,
    events: (orderId) => `${prefix}.evt.${orderId === undefined ? "" : `${orderId}.`}>`,
    reply: (token) => `${prefix}.reply.${token}`,
    isReply: (subject) => reply.test(subject),
  };
};

const COMMAND_ID = /^[A-Za-z0-9_-]{6,64}\.[A-Za-z0-9_-]{1,64}$/;
const ORDER_ID = /^[A-Za-z0-9_-]{6,64}$/;

/** Ids become part of subjects, where a dot, a star or a space would mean something else. */
export const isCommandId = (id: string): boolean => COMMAND_ID.test(id);
export const isOrderId = (id: string): boolean => ORDER_ID.test(id);

export const assertCommandId = (id: string): void => {
  if (isCommandId(id)) return;
  throw new TerminalError("COMMAND_MALFORMED", {
    message: `"${id.slice(0, 150)}" is not a command id of the form <orderId>.<digest>. Nothing was sent. Correct the id.`,
  });
};
