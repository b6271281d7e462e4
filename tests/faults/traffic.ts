import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { runClient } from "./clients/client.ts";
import type { Lane, Struck } from "./nemesis/fault.ts";
import { runNemesis } from "./nemesis/run.ts";
import type { Watch } from "./watch.ts";
import type { World } from "./world/world.ts";

export interface TrafficOptions {
  readonly seed: number;
  /** How long, in ms. */
  readonly ms: number;
  readonly lanes: readonly Lane[];
  tell(line: string): void;
}

const CLIENTS = 8;
const THINK_MS = 60;
/** One order of so many is followed by server-sent events. */
const FOLLOWED_ONE_IN = 3;
const FOLLOWED_MOST = 40;

/** Clients, settlement and nemesis at work side by side. Resolves to the faults, all healed. */
export const makeTraffic = async (world: World, watch: Watch, options: TrafficOptions): Promise<Struck[]> => {
  const { seed, ms, lanes, tell } = options;
  const { asker, board, followers } = watch;
  const { mock, name, folder } = world;
  const began = performance.now();
  const isOver = () => performance.now() - began > ms;

  const struck: Struck[] = [];
  const onStruck = (one: Struck) => {
    struck.push(one);
    appendFileSync(join(folder, "faults.jsonl"), `${JSON.stringify(one)}\n`);
    const { at, kind, target, healedAfterMs } = one;
    tell(`${name} ${(at / 1_000).toFixed(1)} s: ${kind}, ${target}, healed after ${healedAfterMs} ms`);
  };
  const followSome = async () => {
    for (; !isOver(); await Bun.sleep(200)) {
      const some = board.orders.filter(({ isPlaced }, index) => isPlaced && index % FOLLOWED_ONE_IN === 0);
      for (const { orderId } of some.slice(0, FOLLOWED_MOST)) followers.follow(orderId);
    }
  };
  world.settling?.begin();
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    runClient(index + 1, { seed, asker, board, mock, isOver, thinkMs: THINK_MS }),
  );
  await Promise.all([...clients, followSome(), runNemesis(lanes, { seed, isOver, onStruck })]);
  return struck;
};
