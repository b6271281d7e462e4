import { createRandom, type Random } from "../../crash/random.ts";
import type { Fault, Lane, Struck } from "./fault.ts";

export interface NemesisOptions {
  readonly seed: number;
  readonly isOver: () => boolean;
  readonly onStruck: (struck: Struck) => void;
}

/**
 * Breaks and heals until it is over. What is broken in which order and for how long is the seed's; when exactly is not, since a start takes as
 * long as it takes. Every fault is healed when it resolves.
 */
export const runNemesis = async (lanes: readonly Lane[], options: NemesisOptions): Promise<void> => {
  const began = performance.now();
  await Promise.all(
    lanes.map((lane, index) => runLane(lane, createRandom(options.seed * 100 + index), began, options)),
  );
};

const runLane = async (lane: Lane, random: Random, began: number, { isOver, onStruck }: NemesisOptions) => {
  while (!isOver()) {
    await Bun.sleep(random.between(lane.pauseMs / 4, lane.pauseMs));
    const fault = chooseFault(lane.faults, random);
    const holdMs = random.between(fault?.mostMs ? fault.mostMs / 6 : 0, fault?.mostMs ?? 0);
    if (!fault || isOver()) continue;
    const struckAt = performance.now();
    const heal = await fault.strike(random);
    if (!heal) continue;
    await Bun.sleep(holdMs);
    await heal();
    onStruck({
      at: Math.round(struckAt - began),
      lane: lane.name,
      kind: fault.kind,
      target: fault.target,
      healedAfterMs: Math.round(performance.now() - struckAt),
    });
  }
};

const chooseFault = (faults: readonly Fault[], random: Random): Fault | undefined => {
  let left = random.next() * faults.reduce((sum, { weight }) => sum + weight, 0);
  return faults.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
};
