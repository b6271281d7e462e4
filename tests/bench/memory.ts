/** Resident memory of the embedded default over 200,000 commands on 50,000 orders: placed, paid, captured, confirmed. */
import type { HistoryEntry } from "../../actors/document.ts";
import type { CommandBus } from "../../actors/ports.ts";
import { benchFolder } from "./folder.ts";
import { commandOf, inParallel, lifeOf, run } from "./load.ts";
import { report } from "./report.ts";
import { rateOf } from "./rounds.ts";
import { sparkline } from "./sparkline.ts";
import { openEmbedded, startStack } from "./stack.ts";

const ORDERS = 50_000;
/** Small, so that the caches of orders and of pages fill while it is measured. */
const WARM_UP_ORDERS = 1_000;
const COMMANDS_PER_ORDER = 4;
const IN_FLIGHT = 256;
const SAMPLE_MS = 250;
const MB = 1024 * 1024;

/** Lets a customer wait until Toss' answer is in the order, as a shop's page would. */
const listenForCaptures = async (bus: CommandBus) => {
  const waiting = new Map<string, () => void>();
  await bus.subscribe(undefined, ({ orderId, entry }: { orderId: string; entry: HistoryEntry }) => {
    if (entry.type === "payment.captured") waiting.get(orderId)?.();
  });
  /** To be called before the payment is asked for. */
  return (orderId: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.set(orderId, resolve);
    return promise.then(() => void waiting.delete(orderId));
  };
};

const { store, bus } = await openEmbedded(benchFolder());
const stack = await startStack({ store, bus });
const capturedOf = await listenForCaptures(bus);

const live = (orders: number, prefix: string) =>
  inParallel(orders, IN_FLIGHT, async (index) => {
    const commands = lifeOf(`${prefix}${index}`);
    const orderId = commands[0]?.orderId ?? "";
    const captured = capturedOf(orderId);
    for (const command of commands) await run(bus, command);
    await captured;
    await run(bus, commandOf(orderId, "confirm", { type: "purchase.confirm", data: {} }));
  });

const resident = () => process.memoryUsage.rss() / MB;

await live(WARM_UP_ORDERS, "warm-up-");
await stack.settled();
Bun.gc(true);
const before = resident();
const samples = [before];
const sampling = setInterval(() => samples.push(resident()), SAMPLE_MS);
const rate = await rateOf(ORDERS * COMMANDS_PER_ORDER, async () => {
  await live(ORDERS, "");
  await stack.settled();
});
clearInterval(sampling);
// As the system sees it: what the collector could still find is not taken off.
const after = resident();
samples.push(after);
Bun.gc(true);

const mb = (value: number) => `${Math.round(value)} MB`;
report({
  name: "resident growth over 200,000 commands",
  value: after - before,
  unit: "MB",
  goal: { most: 100 },
  note: `from ${mb(before)}, highest ${mb(Math.max(...samples))}, ${mb(resident())} once collected; ${Math.round(rate).toLocaleString("en-US")} commands/s`,
});
console.log(
  `  ${sparkline(samples)}  a sample each ${SAMPLE_MS} ms, ${mb(Math.min(...samples))} to ${mb(Math.max(...samples))}`,
);
await stack.stop();
process.exit(0);
