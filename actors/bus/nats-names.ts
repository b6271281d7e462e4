import { orderIdOf, PARTITIONS, partitionOf } from "../command.ts";
import { TerminalError } from "../errors.ts";

/** Every subject and stream that this bus uses, under one prefix, so that several shops can share a server. */
export interface NatsNames {
  readonly streams: { readonly events: string; readonly dead: string };
  /** The streams that commands ride on, with their subjects. */
  readonly commandStreams: readonly { readonly name: string; readonly subjects: string[] }[];
  commandStream(partition: number): string;
  /** `orders.cmd.<partition>.<orderId>.<digest>`: the last message of a subject tells whether a command waits. */
  command(commandId: string): string;
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
  /** Begins the subjects on which the answers to one role's processes come. */
  inbox(role: string): string;
}

/**
 * How many streams the partitions are spread over. A server that syncs each write to disk does so for one message of a
 * stream after another, but for several streams at once. Measured with `sync_interval: always` on one disk: 3,200
 * messages a second on one stream, 9,300 on four. Fixed, since a subject can't move to another stream by itself.
 */
const COMMAND_STREAMS = 4;
const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);

export const natsNames = (prefix: string): NatsNames => {
  if (!/^[a-z0-9_-]{1,32}$/.test(prefix)) throw new RangeError(`Not usable as a NATS prefix: "${prefix}"`);
  const stream = prefix.toUpperCase();
  const commandStream = (partition: number) => `${stream}_CMD_${partition % COMMAND_STREAMS}`;
  const reply = new RegExp(`^${prefix}\\.reply\\.[A-Za-z0-9]+$`);
  return {
    streams: { events: `${stream}_EVT`, dead: `${stream}_DLQ` },
    commandStreams: Array.from({ length: COMMAND_STREAMS }, (_, first) => ({
      name: commandStream(first),
      subjects: partitions.filter((p) => p % COMMAND_STREAMS === first).map((p) => `${prefix}.cmd.${p}.>`),
    })),
    commandStream,
    command: (id) => `${prefix}.cmd.${partitionOf(orderIdOf(id))}.${id}`,
    commandsOf: (partition) => `${prefix}.cmd.${partition}.>`,
    worker: (partition) => `worker-${partition}`,
    dead: (id) => `${prefix}.dlq.${id}`,
    unreadable: (seq) => `${prefix}.dlq.bad.${seq}`,
    allDead: `${prefix}.dlq.>`,
    event: (orderId, type) => `${prefix}.evt.${orderId}.${type}`,
    events: (orderId) => `${prefix}.evt.${orderId === undefined ? "" : `${orderId}.`}>`,
    reply: (token) => `${prefix}.reply.${token}`,
    isReply: (subject) => reply.test(subject),
    inbox: (role) => `${prefix}.inbox.${role}`,
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
