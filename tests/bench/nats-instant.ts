/** The runtime on real NATS with a store that answers at once, against the same JetStream traffic with no machine in it. */
import { createNatsBus } from "../../actors/bus.nats.ts";
import { type Command, PARTITIONS, type Reply } from "../../actors/command.ts";
import type { HistoryEntry } from "../../actors/document.ts";
import type { CommandBus, Delivery, EventMessage } from "../../actors/ports.ts";
import { startServers } from "../../deploy/servers/mod.ts";
import { createInstantStore } from "./instant-store.ts";
import { COMMANDS_HANDED_IN, counting, drive, EVENTS_PER_ORDER, livesOf } from "./load.ts";
import { report } from "./report.ts";
import { middleRound, rateOf } from "./rounds.ts";
import { startStack } from "./stack.ts";

const ORDERS = 2_000;
const WARM_UP_ORDERS = 500;
const IN_FLIGHT = 256;
const ROUNDS = 3;

const replyTo = ({ id, orderId }: Command): Reply => ({
  commandId: id,
  orderId,
  ok: true,
  state: "ordered",
  event: "order.placed",
  seq: 1,
});

/** Events of the size and number that the runtime makes of a command. */
const eventsOf = ({ id, orderId, actor, issuedAt: at, type }: Command): EventMessage[] => {
  const entry = (seq: number, event: Pick<HistoryEntry, "type" | "from" | "to" | "data">): EventMessage => ({
    orderId,
    entry: { seq, commandId: id, actor, at, ...event },
  });
  if (type === "order.place") {
    const data = { totalAmount: 120_000, lines: 2 };
    return [entry(1, { type: "order.placed", from: null, to: "ordered", data })];
  }
  const data = { attempt: 1, amount: 120_000 };
  return [
    entry(2, { type: "payment.requested", from: "ordered", to: "paying", data }),
    entry(3, { type: "payment.captured", from: "paying", to: "paid", data: { ...data, approvedAt: at } }),
  ];
};

/**
 * Bare traffic: each command is published, acknowledged, fetched, acked and replied to as the runtime's are, on the
 * same bus with the same streams and settings; what stands between is one call. With `events`, those are published
 * too, by one loop that takes all that wait, as the runtime's does.
 */
const consumeBarely = async (bus: CommandBus, { events }: { events: boolean }): Promise<void> => {
  const waiting: EventMessage[] = [];
  let publishing = false;
  const publishAll = async () => {
    publishing = true;
    while (waiting.length > 0) await bus.publish(waiting.splice(0));
    publishing = false;
  };
  const deliver = ({ command, done }: Delivery) => {
    void done(replyTo(command));
    if (!events) return;
    waiting.push(...eventsOf(command));
    if (!publishing) void publishAll();
  };
  for (let partition = 0; partition < PARTITIONS; partition += 1) await bus.consume(partition, deliver);
};

const servers = await startServers({ nats: true });
const openBus = async (prefix: string) =>
  counting(await createNatsBus({ urls: [servers.natsUrl ?? ""], prefix }));

const jumun = await openBus("jumun");
await startStack({ store: createInstantStore(), bus: jumun.bus });
const bare = await openBus("bare");
await consumeBarely(bare.bus, { events: false });
const bareWithEvents = await openBus("events");
await consumeBarely(bareWithEvents.bus, { events: true });

/** Commands a second until the last reply, and until the last event has left too. */
const round = async (
  { bus, untilLeft }: Awaited<ReturnType<typeof openBus>>,
  { name, orders, events }: { name: string; orders: number; events: boolean },
) => {
  const commands = orders * COMMANDS_HANDED_IN;
  const lives = livesOf(orders, name);
  let replied = 0;
  const published = await rateOf(commands, async () => {
    replied = await rateOf(commands, () => drive(bus, lives, IN_FLIGHT));
    if (events) await untilLeft(orders * EVENTS_PER_ORDER);
  });
  return { replied, published };
};

const rounds: { replied: number; published: number; bare: number; bareWithEvents: number }[] = [];
for (let index = 0; index <= ROUNDS; index += 1) {
  const orders = index === 0 ? WARM_UP_ORDERS : ORDERS;
  const load = { name: `${index}-`, orders, events: true };
  const measured = await round(jumun, load);
  const floor = await round(bare, { ...load, events: false });
  const floorWithEvents = await round(bareWithEvents, load);
  if (index === 0) continue;
  rounds.push({ ...measured, bare: floor.replied, bareWithEvents: floorWithEvents.published });
}

const untilReplied = middleRound(rounds, (one) => one.replied / one.bare);
report({
  name: "NATS, store that answers at once",
  value: untilReplied.replied,
  unit: "commands/s",
  floor: { name: "bare JetStream", value: untilReplied.bare },
  goal: { ratio: 0.7 },
  note: "until the last reply; the floor publishes no events",
});
const untilPublished = middleRound(rounds, (one) => one.published / one.bareWithEvents);
report({
  name: "  the same, events included",
  value: untilPublished.published,
  unit: "commands/s",
  floor: { name: "bare JetStream with events", value: untilPublished.bareWithEvents },
  goal: { ratio: 0.7 },
  note: "until the last event has left, 3 for 2 commands",
});
await servers.stop();
process.exit(0);
