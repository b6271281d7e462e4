/** One more command on orders with 10, 100 and 500 history entries: what is archived costs it nothing. */
import { orderIdFor } from "../../actors/command.ts";
import type { CommandBus, OrderStore } from "../../actors/ports.ts";
import { benchFolder } from "./folder.ts";
import { commandOf, run } from "./load.ts";
import { report } from "./report.ts";
import { median, rateOf } from "./rounds.ts";
import { openEmbedded, startStack } from "./stack.ts";

const LEVELS = [10, 100, 500] as const;
/** In step, so that one write is of one command on each, and the fsync is shared as under load. */
const ORDERS = 64;
/** Each with orders of its own that go through all levels. */
const ROUNDS = 3;
/** Two turns of the archive, which takes 25 entries at a time: its cost is in the figure, wherever the turn begins. */
const MEASURED = 50;
/** Placed, payment requested, payment captured. */
const FIRST_ENTRIES = 3;
/** Commands of one order at once on the way from level to level. */
const STRIDE = 10;
/** How much slower the most archived orders may be: the noise of a shared machine, not growth with history. */
const LEEWAY = 1.3;

/**
 * A thousand pieces of one product, to be confirmed one by one: each command is one history entry and one reply, and
 * the order itself stays as large as it was.
 */
const placeAndPay = async (bus: CommandBus, orderId: string): Promise<void> => {
  const totalAmount = 1_000_000;
  const customer = { id: "customer-1", name: "Kim", phone: "010-1234-5678" };
  const lines = [{ productId: "pin", quantity: 1_000, unitPrice: 1_000 }];
  const place = { customer, lines, totalAmount };
  await run(bus, commandOf(orderId, "place", { type: "order.place", data: place }));
  const pay = { paymentKey: orderId, amount: totalAmount };
  await run(bus, commandOf(orderId, "pay", { type: "payment.request", data: pay }));
};

/** The command that makes the order's entry of this number. */
const makeEntry = (bus: CommandBus, orderId: string, entry: number): Promise<void> => {
  const data = { lines: [{ productId: "pin", quantity: 1 }] };
  return run(bus, commandOf(orderId, `confirm ${entry}`, { type: "purchase.confirm", data }));
};

/** The mean size of the orders' documents in bytes, and how many history entries one holds. */
const sizeOf = async (store: OrderStore, orderIds: readonly string[]) => {
  const documents = [...(await store.load(orderIds)).values()];
  const bytes = documents.reduce((sum, document) => sum + JSON.stringify(document).length, 0);
  return { bytes: bytes / documents.length, kept: documents[0]?.history.length ?? 0 };
};

const { store, bus } = await openEmbedded(benchFolder());
// No order stays in memory: each command reads and parses its order's document, besides making and writing the next.
const stack = await startStack({ store, bus, options: { cacheSize: 0 } });

/** Takes fresh orders through all levels. Resolves to what one more command took at each, in µs, and the sizes there. */
const round = async (name: string) => {
  const orderIds = Array.from({ length: ORDERS }, (_, index) => orderIdFor("bench", `${name}-${index}`));
  await Promise.all(orderIds.map((orderId) => placeAndPay(bus, orderId)));
  await stack.settled();
  let entries = FIRST_ENTRIES;
  const growTo = async (wanted: number, stride: number) => {
    while (entries < wanted) {
      const next = Array.from({ length: Math.min(stride, wanted - entries) }, (_, more) => entries + more);
      await Promise.all(orderIds.flatMap((orderId) => next.map((entry) => makeEntry(bus, orderId, entry))));
      entries += next.length;
    }
  };
  const levels = [];
  for (const level of LEVELS) {
    await growTo(level, STRIDE);
    const size = await sizeOf(store, orderIds);
    const rate = await rateOf(MEASURED * ORDERS, () => growTo(level + MEASURED, 1));
    levels.push({ level, size, microseconds: 1_000_000 / rate });
  }
  return levels;
};

const rounds: Awaited<ReturnType<typeof round>>[] = [];
for (let index = 0; index < ROUNDS; index += 1) rounds.push(await round(`round-${index}`));

const at = (wanted: number) => rounds.flat().filter(({ level }) => level === wanted);
const timeAt = (level: number) => median(at(level).map(({ microseconds }) => microseconds));
for (const level of LEVELS) {
  const { bytes, kept } = at(level)[0]?.size ?? { bytes: 0, kept: 0 };
  report({
    name: `one more command after ${level} history entries`,
    value: timeAt(level),
    unit: "µs",
    ...(level === 500 && {
      floor: { name: "after 100 entries", value: timeAt(100) },
      goal: { most: LEEWAY * timeAt(100) },
    }),
    note: `a document of ${(bytes / 1024).toFixed(1)} KB with ${kept} entries, ${level - kept} archived`,
  });
}
await stack.stop();
process.exit(0);
