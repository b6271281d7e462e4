/** The first look at a fleet of 100,000 orders, by a gateway that knows nothing yet, against reads of single orders. */
import { createOrderClient } from "../../../actors/client.ts";
import { commandId, orderIdFor, partitionOf } from "../../../actors/command.ts";
import type { OrderDocument } from "../../../actors/document.ts";
import { type OrderStore, silentLog, systemClock } from "../../../actors/ports.ts";
import { devCaller } from "../../../gateway/auth/dev.ts";
import { createGateway } from "../../../gateway/mod.ts";
import type { Fleet } from "../../../gateway/schemas/fleet.ts";
import { createOrderDomain, defaultPolicy, orderStates, storeSnapshot } from "../../../machines/mod.ts";
import { benchFolder } from "../folder.ts";
import { report } from "../report.ts";
import { median } from "../rounds.ts";
import { openEmbedded } from "../stack.ts";

const ORDERS = 100_000;
const BATCH = 2_000;
/** So many wait for Toss at a time; the look reads these. */
const PAYING = 100;
const GATEWAYS = 25;
const WARM_UP = 5;
const SINGLE_READS = 5;

const domain = createOrderDomain(defaultPolicy);
const placedAt = new Date().toISOString();

/** An order just placed; what `state` the store finds it by says nothing of what reading it costs. */
const orderOf = (index: number): OrderDocument => {
  const orderId = orderIdFor("bench", String(index));
  const id = commandId(orderId, "place");
  const decision = domain.decide(null, orderId, {
    type: "order.place",
    id,
    at: placedAt,
    data: {
      customer: { id: `customer-${index % 1_000}`, name: "Kim", phone: "010-1234-5678" },
      lines: [{ productId: "keyboard", quantity: 2, unitPrice: 45_000 }],
      totalAmount: 90_000,
    },
  });
  if (!decision.accepted) throw new Error(decision.refusal.message);
  const others = orderStates.filter((state) => state !== "paying");
  const actor = { role: "customer", id: "bench" } as const;
  return {
    orderId,
    version: 1,
    partition: partitionOf(orderId),
    state: index < PAYING ? "paying" : (others[index % others.length] ?? "ordered"),
    customerId: `customer-${index % 1_000}`,
    placedAt,
    updatedAt: placedAt,
    snapshot: storeSnapshot(decision.order),
    history: [{ ...decision.event, seq: 1, commandId: id, actor }],
    seq: 1,
    publishedSeq: 1,
    replies: [],
    archivedReplies: 0,
    effects: [],
    dueAt: null,
  };
};

const fill = async (store: OrderStore): Promise<void> => {
  for (let start = 0; start < ORDERS; start += BATCH) {
    const documents = Array.from({ length: BATCH }, (_, index) => orderOf(start + index));
    const written = await store.commit(documents.map((document) => ({ document, expectedVersion: 0 })));
    if (written.size !== BATCH) throw new Error("Not all orders were stored.");
  }
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const since = performance.now();
  await work();
  return performance.now() - since;
};

const { store, bus } = await openEmbedded(benchFolder());
await fill(store);
const client = createOrderClient({ domain, store, bus });

/** A gateway of its own: nothing of the fleet is in its memory, and its connection is open. */
const round = async (index: number) => {
  const gateway = createGateway({ client, log: silentLog, clock: systemClock, callerOf: devCaller }).listen(
    0,
  );
  const url = `http://127.0.0.1:${gateway.server?.port}`;
  const read = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`);
    if (response.status !== 200) throw new Error(`${path} was answered ${response.status}`);
    return (await response.json()) as T;
  };
  const order = (n: number) =>
    read(`/orders/${orderIdFor("bench", String((index * 7_919 + n * 104_729) % ORDERS))}`);
  await order(0);
  const orders = await timed(async () => {
    for (let n = 1; n <= SINGLE_READS; n += 1) await order(n);
  });
  const first = await timed(async () => {
    const { total } = await read<Fleet>("/fleet");
    if (total !== ORDERS) throw new Error(`${total} orders were counted, and ${ORDERS} are stored.`);
  });
  const next = await timed(() => read("/fleet"));
  await gateway.stop();
  return { orders, first, next };
};

for (let index = 0; index < WARM_UP; index += 1) await round(index);
const rounds: Awaited<ReturnType<typeof round>>[] = [];
for (let index = 0; index < GATEWAYS; index += 1) rounds.push(await round(WARM_UP + index));

const orders = median(rounds.map((one) => one.orders));
const floor = { name: `${SINGLE_READS} reads of an order`, value: orders };
const note = `${ORDERS.toLocaleString("en-US")} orders, ${PAYING} of them paying`;
const first = median(rounds.map((one) => one.first));
report({
  name: "first GET /fleet of a gateway",
  value: first,
  unit: "ms",
  floor,
  goal: { most: orders },
  note,
});
report({ name: "  the next one", value: median(rounds.map((one) => one.next)), unit: "ms", floor });
await bus.close();
await store.close();
process.exit(0);
