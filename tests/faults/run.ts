import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Channel, Evidence } from "./checker/evidence.ts";
import { checkAll, type Violation } from "./checker/mod.ts";
import { isForGood, outcomeOf } from "./checker/outcome.ts";
import { createAsker } from "./clients/ask.ts";
import { createBoard } from "./clients/board.ts";
import { runClient } from "./clients/client.ts";
import { openRecord } from "./clients/record.ts";
import { readAccounts } from "./gather/accounts.ts";
import { readDays } from "./gather/days.ts";
import { readOrders } from "./gather/orders.ts";
import { deadLetters, untilAtRest, untilDone } from "./gather/rest.ts";
import { openFollowers } from "./listen/followers.ts";
import { listenToEvents } from "./listen/jetstream.ts";
import type { Lane, Struck } from "./nemesis/fault.ts";
import { runNemesis } from "./nemesis/run.ts";
import { openWorld } from "./world/open.ts";
import type { World } from "./world/world.ts";

export interface RunOptions {
  readonly seed: number;
  /** How long clients and nemesis are at work, in ms; to come to rest and to check takes time beside that. */
  readonly ms: number;
  readonly stack: "embedded" | "servers";
  readonly settlement: boolean;
  readonly plant?: number | undefined;
  /** For logs and the record; emptied first, and removed when nothing was found, unless to be kept. */
  readonly folder: string;
  readonly keep?: boolean;
  lanesOf(world: World): readonly Lane[];
  /** Told each fault as it is healed, and each step. */
  tell(line: string): void;
}

export interface RunReport {
  readonly stack: string;
  readonly struck: readonly Struck[];
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
}

const CLIENTS = 8;
const THINK_MS = 60;
/** One order of so many is followed by server-sent events. */
const FOLLOWED_ONE_IN = 3;
const FOLLOWED_MOST = 40;
/**
 * How long all may take to come to rest once it is healed, in ms: what two leases and a few tries take, on a busy
 * machine.
 */
const REST_MS = 120_000;
/** With a defect some never do. */
const PLANTED_REST_MS = 25_000;

/** One stack, from its start over the faults to the verdict. */
export const run = async (options: RunOptions): Promise<RunReport> => {
  const { folder, stack, settlement, plant, tell, seed } = options;
  rmSync(folder, { recursive: true, force: true });
  tell(`${stack}: starting`);
  const world = await openWorld({ folder, stack, settlement, plant });
  try {
    const { evidence, struck } = await breakAndWatch(world, options);
    const violations = checkAll(evidence);
    if (violations.length > 0) {
      writeFileSync(join(folder, "violations.json"), JSON.stringify({ seed, violations }, null, 2));
    }
    return { stack, struck, evidence, violations };
  } finally {
    await world.close();
  }
};

const breakAndWatch = async (world: World, options: RunOptions) => {
  const { seed, ms, folder, tell } = options;
  const { mock, url, settling, troubles, lines, shop } = world;
  await using opened = new AsyncDisposableStack();
  const record = openRecord(join(folder, "record.jsonl"));
  opened.defer(() => record.close());
  const listener = world.nats && (await listenToEvents(world.nats));
  if (listener) opened.defer(() => listener.close());
  const followers = openFollowers(url);
  opened.defer(() => followers.close());
  const asker = createAsker(url, record);
  const board = createBoard(seed);

  const began = performance.now();
  const isOver = () => performance.now() - began > ms;
  const struck: Struck[] = [];
  const onStruck = (one: Struck) => {
    struck.push(one);
    appendFileSync(join(folder, "faults.jsonl"), `${JSON.stringify(one)}\n`);
    const { at, kind, target, healedAfterMs } = one;
    tell(`${world.name} ${(at / 1_000).toFixed(1)} s: ${kind}, ${target}, healed after ${healedAfterMs} ms`);
  };
  const followSome = async () => {
    for (; !isOver(); await Bun.sleep(200)) {
      const some = board.orders.filter(({ isPlaced }, index) => isPlaced && index % FOLLOWED_ONE_IN === 0);
      for (const { orderId } of some.slice(0, FOLLOWED_MOST)) followers.follow(orderId);
    }
  };
  settling?.begin();
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    runClient(index + 1, { seed, asker, board, mock, isOver, thinkMs: THINK_MS }),
  );
  await Promise.all([
    ...clients,
    followSome(),
    runNemesis(options.lanesOf(world), { seed, isOver, onStruck }),
  ]);

  tell(`${world.name}: all is healed; waiting for rest`);
  mock.faults.clear();
  for (const line of lines) line.mend();
  await Promise.all(shop.map((one) => one.start()));
  const orderIds = board.orders.map(({ orderId }) => orderId);
  const end = performance.now() + (options.plant === undefined ? REST_MS : PLANTED_REST_MS);
  const restless = await untilAtRest(url, orderIds, end);
  if (restless.length > 0) troubles.push(`orders did not come to rest: ${restless.join(", ")}`);
  tell(`${world.name}: ${restless.length} orders not at rest; asking again, and reading to the end`);
  const promised = await untilDone(url, promisedIn(record.ops), end);
  await askAgain(record.ops, asker, board);
  const letters = await deadLetters(url);
  if (letters?.length !== 0) troubles.push(`dead letters: ${JSON.stringify(letters)}`);
  await listener?.drain().catch((error: Error) => void troubles.push(error.message));
  await settling?.finish();
  await untilFollowed(followers, url, end);
  followers.close();
  for (const one of shop) await one.stop();

  tell(`${world.name}: reading what is stored`);
  const store = await world.openStore();
  opened.defer(() => store.close());
  const orders = await readOrders(store, { durableEvents: world.nats !== undefined });
  const channels: Channel[] = [
    { name: "server-sent events", orderIds: followers.orderIds, delivered: followers.delivered },
    ...(listener ? [{ name: "JetStream", orderIds: [...orders.keys()], delivered: listener.delivered }] : []),
  ];
  const evidence: Evidence = {
    ...{ ops: record.ops, orders, channels, promised, troubles },
    accounts: readAccounts(mock),
    days: settling ? await readDays(settling, mock) : [],
  };
  return { evidence, struck };
};

const promisedIn = (ops: Evidence["ops"]): string[] => [
  ...new Set(
    ops.flatMap((op) => (op.kind === "command" && outcomeOf(op.answer) === "promised" ? [op.commandId] : [])),
  ),
];

/** Each command that has an answer for good is asked once more, for the checker to compare. */
const askAgain = async (
  ops: Evidence["ops"],
  asker: ReturnType<typeof createAsker>,
  board: ReturnType<typeof createBoard>,
): Promise<void> => {
  const answered = new Set(
    ops.flatMap((op) => (op.kind === "command" && isForGood(outcomeOf(op.answer)) ? [op.key] : [])),
  );
  for (const { placing, asked } of board.orders) {
    for (const request of new Set([placing, ...asked])) {
      if (answered.has(request.key)) await asker.command(0, request);
    }
  }
};

/** A follower may take a heartbeat to find out that it missed something. What it has not at `end` it never gets. */
const untilFollowed = async (
  { orderIds, delivered }: ReturnType<typeof openFollowers>,
  url: string,
  end: number,
) => {
  for (; performance.now() < end; await Bun.sleep(200)) {
    const newest = new Map<string, number>();
    for (const { orderId, seq } of delivered) newest.set(orderId, Math.max(seq, newest.get(orderId) ?? 0));
    const lengths = await Promise.all(orderIds.map((orderId) => lengthOf(url, orderId)));
    if (orderIds.every((orderId, index) => newest.get(orderId) === lengths[index])) return;
  }
};

const lengthOf = async (url: string, orderId: string): Promise<number | undefined> =>
  fetch(`${url}/orders/${orderId}`).then(
    async (response) => ((await response.json()) as { seq?: number }).seq,
    () => undefined,
  );
