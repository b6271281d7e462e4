import { type Command, commandId, newCommand, orderIdFor } from "../../actors/command.ts";
import type { CommandBus, OrderStore, OrderWrite } from "../../actors/ports.ts";
import type { Toss, TossPayment } from "../../actors/toss.ts";

const actor = { role: "operator", id: "bench" } as const;

/** One customer's commands: place and pay. Toss' answer adds a third to each order. */
export const lifeOf = (name: string): Command[] => {
  const orderId = orderIdFor("bench", name);
  const issuedAt = new Date().toISOString();
  const command = (step: string, rest: Pick<Command, "type" | "data">) =>
    newCommand({ id: commandId(orderId, step), orderId, actor, issuedAt, ...rest });
  return [
    command("place", {
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
    command("pay", { type: "payment.request", data: { paymentKey: orderId, amount: 120_000 } }),
  ];
};

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

export const COMMANDS_PER_ORDER = 3;

/** Drives `orders` whole lives with `inFlight` customers at once; each waits for a reply before its next command. */
export const drive = async (
  bus: CommandBus,
  orders: number,
  inFlight: number,
  prefix = "",
): Promise<void> => {
  let next = 0;
  const customer = async () => {
    while (next < orders) {
      next += 1;
      for (const command of lifeOf(`${prefix}${next}`)) {
        const requested = await bus.request(command, 60_000);
        if (requested.status !== "replied")
          throw new Error(`${command.type} of ${command.orderId} is ${requested.status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, customer));
};

/** A store that notes what is written in which batches, for the floor to write the same. */
export const recording = (store: OrderStore) => {
  const batches: (readonly OrderWrite[])[] = [];
  const commit: OrderStore["commit"] = (writes) => {
    batches.push(writes);
    return store.commit(writes);
  };
  return { batches, store: { ...store, commit } };
};
