import { createRandom, type Random } from "../../crash/random.ts";
import type { Fault, Lane, Struck } from "./fault.ts";

export interface NemesisOptions {
  readonly seed: number;
  readonly isOver: () => boolean;
  readonly onStruck: (struck: Struck) => void;
}

/** While something takes longer than this to come back, nothing else is broken, or on a slow machine it never would. */
const OVERDUE_MS = 8_000;
const LOOK_EVERY_MS = 100;

/**
 * Breaks and heals until it is over. What is broken in which order and for how long is the seed's; when exactly is not,
 * since a start takes as long as it takes. Every fault is healed when it resolves.
 */
export const runNemesis = async (lanes: readonly Lane[], options: NemesisOptions): Promise<void> => {
  const began = performance.now();
  /** Since when each lane has something broken. */
  const healing = new Map<Lane, number>();
  const isOverdue = () => [...healing.values()].some((since) => performance.now() - since > OVERDUE_MS);
  const { seed, isOver, onStruck } = options;

  const runLane = async (lane: Lane, random: Random) => {
    while (!isOver()) {
      await Bun.sleep(random.between(lane.pauseMs / 4, lane.pauseMs));
      const fault = chooseFault(lane.faults, random);
      const holdMs = random.between(fault?.mostMs ? fault.mostMs / 6 : 0, fault?.mostMs ?? 0);
      while (isOverdue() && !isOver()) await Bun.sleep(LOOK_EVERY_MS);
      if (!fault || isOver()) continue;
      const struckAt = performance.now();
      healing.set(lane, struckAt);
      const heal = await fault.strike(random);
      if (heal) {
        await Bun.sleep(holdMs);
        await heal();
      }
      healing.delete(lane);
      if (!heal) continue;
      onStruck({
        at: Math.round(struckAt - began),
        lane: lane.name,
        kind: fault.kind,
        target: fault.target,
        healedAfterMs: Math.round(performance.now() - struckAt),
      });
    }
  };
  await Promise.all(lanes.map((lane, index) => runLane(lane, createRandom(seed * 100 + index))));
};

const chooseFault = (faults: readonly Fault[], random: Random): Fault | undefined => {
  let left = random.next() * faults.reduce((sum, { weight }) => sum + weight, 0);
  return faults.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
};
