import { expect, test } from "bun:test";
import type { Fault, Lane, Struck } from "./fault.ts";
import { runNemesis } from "./run.ts";

const STRIKES = 20;

/** Runs a nemesis over faults that break nothing, until enough were struck. */
const struckWith = async (seed: number) => {
  const struck: Struck[] = [];
  let broken = 0;
  const fault = (kind: string, weight: number): Fault => ({
    ...{ kind, target: "nothing", weight, mostMs: 2 },
    async strike() {
      broken += 1;
      return async () => {
        broken -= 1;
      };
    },
  });
  const lane: Lane = {
    ...{ name: "lane", pauseMs: 2 },
    faults: [fault("kill", 3), fault("pause", 2), fault("cut", 1)],
  };
  const isOver = () => struck.length >= STRIKES;
  await runNemesis([lane], { seed, isOver, onStruck: (one) => void struck.push(one) });
  return { kinds: struck.map(({ kind }) => kind), broken };
};

test("runNemesis_breaksInTheSameOrder_sameSeed", async () => {
  const first = await struckWith(7);
  expect(first.kinds).toHaveLength(STRIKES);
  expect(new Set(first.kinds).size).toBe(3);
  expect((await struckWith(7)).kinds).toEqual(first.kinds);
  expect((await struckWith(8)).kinds).not.toEqual(first.kinds);
});

test("runNemesis_leavesNothingBroken_whenItIsOver", async () => {
  expect((await struckWith(9)).broken).toBe(0);
});
