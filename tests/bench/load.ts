import { type Command, commandId, newCommand, orderIdFor } from "../../actors/command.ts";
import type { CommandBus, EventMessage, OrderStore, OrderWrite } from "../../actors/ports.ts";
import type { Toss, TossPayment } from "../../actors/toss.ts";

const actor = { role: "operator", id: "bench" } as const;

/** A command of one customer. */
export const commandOf = (orderId: string, step: string, rest: Pick<Command, "type" | "data">): Command =>
  newCommand({
    id: commandId(orderId, step),
    orderId,
    actor,
    issuedAt: new Date().toISOString(),
    ...rest,
  });

let paid = 0;

/** As Toss makes them: merchant, second in Korea, and five characters. */
const nextPaymentKey = (): string => {
  const inKorea = new Date(Date.now() + 9 * 3_600_000).toISOString().replace(/\D/g, "");
  paid += 1;
  return `bench${inKorea.slice(0, 14)}${paid.toString(36).padStart(5, "0")}`;
};

/** One customer's commands: place and pay. Toss' answer adds a third to each order. */
export const lifeOf = (name: string): Command[] => {
  const orderId = orderIdFor("bench", name);
  return [
    commandOf(orderId, "place", {
      type: "order.place",
      data: {
        customer: { id: "customer-1", name: "Kim", phone: "010-1234-5678" },
        lines: [
          { productId: "keyboard", quantity: 2, unitPrice: 45_000 },
          { productId: "mouse", quantity: 1, unitPrice: 30_000 },
        ],
        totalAmount: 120_000,
      },
    }),
    commandOf(orderId, "pay", {
      type: "payment.request",
      data: { paymentKey: nextPaymentKey(), amount: 120_000 },
    }),
  ];
};

/** Of one life: the commands that its customer hands in, those that the runtime runs in all, and its events. */
export const COMMANDS_HANDED_IN = 2;
export const COMMANDS_PER_ORDER = 3;
export const EVENTS_PER_ORDER = 3;

/** A Toss that captures at once, so that what is measured is Jumun. */
export const instantToss: Toss = {
  async confirm({ paymentKey, orderId, amount }) {
    const payment: TossPayment = {
      paymentKey,
      orderId,
      mId: "bench",
      status: "DONE",
      totalAmount: amount,
      balanceAmount: amount,
      currency: "KRW",
      method: "카드",
      approvedAt: "2026-11-23T01:02:03.000Z",
      lastTransactionKey: "t1",
      cancels: [],
    };
    return { kind: "payment", payment };
  },
  cancel: async () => ({ kind: "unknown", reason: "not part of this bench" }),
  lookup: async () => ({ kind: "unknown", reason: "not part of this bench" }),
  circuit: () => "closed",
};

const WAIT_MS = 60_000;

/** Hands a command in and waits for its reply. Throws when it is refused: a refusal is cheaper than what is measured. */
export const run = async (bus: CommandBus, command: Command): Promise<void> => {
  const requested = await bus.request(command, WAIT_MS);
  const what = `${command.type} of ${command.orderId}`;
  if (requested.status !== "replied") throw new Error(`${what} has no reply after ${WAIT_MS / 1_000} s`);
  if (!requested.reply.ok) throw new Error(`${what} was refused: ${requested.reply.code}`);
};

/** Does `work` for 0, 1, … `count` − 1, `inFlight` of them at once. */
export const inParallel = async (
  count: number,
  inFlight: number,
  work: (index: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const one = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
};

/** Many lives, made before a clock starts: making a command's digests is its caller's work, not the runtime's. */
export const livesOf = (orders: number, prefix: string): Command[][] =>
  Array.from({ length: orders }, (_, index) => lifeOf(`${prefix}${index}`));

/** Drives whole lives with `inFlight` customers at once; each waits for a reply before its next command. */
export const drive = (bus: CommandBus, lives: readonly Command[][], inFlight: number): Promise<void> =>
  inParallel(lives.length, inFlight, async (index) => {
    for (const command of lives[index] ?? []) await run(bus, command);
  });

/**
 * A store that notes what is written in which batches, for the floor to write the same. It keeps the documents, which
 * are there anyway, and makes no text of them while the clock runs: that costs the runtime a tenth of its speed.
 */
export const recording = (store: OrderStore) => {
  let batches: (readonly OrderWrite[])[] = [];
  const commit: OrderStore["commit"] = (writes) => {
    batches.push(writes);
    return store.commit(writes);
  };
  return {
    store: { ...store, commit },
    /** The batches since it was last asked. */
    take() {
      const taken = batches;
      batches = [];
      return taken;
    },
  };
};

/** A bus that counts the events that left through it. */
export const counting = (bus: CommandBus) => {
  let left = 0;
  return {
    bus: {
      ...bus,
      async publish(events: readonly EventMessage[]) {
        await bus.publish(events);
        left += events.length;
      },
    },
    /** Resolves when that many have left since it last did. */
    async untilLeft(count: number) {
      while (left < count) await Bun.sleep(1);
      left -= count;
    },
  };
};
