import { type Command, commandId, digest, newCommand, PARTITIONS, type Reply } from "../../actors/command.ts";
import type { CommandBus, Delivery, EventMessage } from "../../actors/ports.ts";

/** An order id that no other test has. */
export const someOrder = (): string => `o${digest(crypto.randomUUID())}`;

/** The nth command of an order: another n is another id. */
export const someCommand = (orderId = someOrder(), n = 1): Command =>
  newCommand({
    id: commandId(orderId, `command ${n}`),
    orderId,
    type: "payment.request",
    data: { paymentKey: `tviva_${orderId}`, amount: 1000 + n },
    actor: { role: "customer", id: "customer-1" },
    issuedAt: new Date().toISOString(),
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  });

export const replyOf = (command: Command, seq = 1): Reply => ({
  ok: true,
  commandId: command.id,
  orderId: command.orderId,
  state: "paying",
  event: "payment.requested",
  seq,
});

export const someEvent = (orderId: string, seq: number): EventMessage => ({
  orderId,
  entry: {
    seq,
    commandId: commandId(orderId, `command ${seq}`),
    actor: { role: "customer", id: "customer-1" },
    type: seq === 1 ? "order.placed" : "payment.requested",
    at: new Date().toISOString(),
    from: seq === 1 ? null : "ordered",
    to: "ordered",
    data: { n: seq },
  },
});

/** Consumes all partitions. */
export const consumeAll = async (
  bus: CommandBus,
  deliver: (delivery: Delivery) => void,
): Promise<{ stop(): Promise<void> }> => {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const consumers = await Promise.all(partitions.map((partition) => bus.consume(partition, deliver)));
  return {
    async stop() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    },
  };
};

export interface TestWorker {
  /** The commands that ran, each once, in the order in which they ran. */
  readonly ran: readonly Command[];
  /** How often each command was brought. */
  readonly brought: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Works as the runtime does: runs a command once and answers each further coming with the first reply. */
export const startWorker = async (bus: CommandBus): Promise<TestWorker> => {
  const ran: Command[] = [];
  const brought = new Map<string, number>();
  const replies = new Map<string, Reply>();
  const consumer = await consumeAll(bus, ({ command, done }) => {
    brought.set(command.id, (brought.get(command.id) ?? 0) + 1);
    const reply = replies.get(command.id) ?? replyOf(command, ran.length + 1);
    if (!replies.has(command.id)) ran.push(command);
    replies.set(command.id, reply);
    void done(reply);
  });
  return { ran, brought, stop: consumer.stop };
};

/** Resolves with the first defined value; rejects when none comes within 10 s. */
export const eventually = async <T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  const until = performance.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error("It did not come to pass within 10 s.");
    await Bun.sleep(10);
  }
};

/** Resolves when `holds` does. */
export const until = (holds: () => boolean | Promise<boolean>): Promise<true> =>
  eventually(async () => ((await holds()) ? true : undefined));

/** What a promise was rejected with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`It resolved, to ${JSON.stringify(value)}.`)),
    (error: unknown) => error,
  );
