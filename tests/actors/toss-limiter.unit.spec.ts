import { expect, test } from "bun:test";
import { createLimiter } from "../../actors/toss/limiter.ts";

const bounds = { maxConcurrent: 10_000, maxQueued: 0 };

/** How long `calls` take that are asked for at once, in ms. */
const timeOf = async (calls: number, maxPerSecond: number | undefined): Promise<number> => {
  const limiter = createLimiter({ ...bounds, maxPerSecond });
  const since = performance.now();
  const ran = await Promise.all(Array.from({ length: calls }, (_, n) => limiter.run(async () => n)));
  expect(ran).toEqual(Array.from({ length: calls }, (_, n) => n));
  return performance.now() - since;
};

test("run_spacesTheCalls_lowRate", async () => {
  // Five gaps of 20 ms; a timer may come a little early.
  expect(await timeOf(6, 50)).toBeGreaterThan(95);
});

test("run_keepsUp_highRate", async () => {
  // 200 ms by the rate; one call for each turn of a timer would take seconds.
  const took = await timeOf(2_000, 10_000);
  expect(took).toBeGreaterThan(190);
  expect(took).toBeLessThan(1_900);
});

test("run_savesNoTurnsUp_afterAPause", async () => {
  const limiter = createLimiter({ ...bounds, maxPerSecond: 50 });
  await limiter.run(async () => {});
  await Bun.sleep(60);
  const since = performance.now();
  await Promise.all([1, 2, 3].map(() => limiter.run(async () => {})));
  expect(performance.now() - since).toBeGreaterThan(38);
});

test("run_beginsNothing_moreThanMayWait", async () => {
  const limiter = createLimiter({ maxConcurrent: 1, maxQueued: 1 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = limiter.run(() => promise);
  const second = limiter.run(async () => "second");
  let began = false;
  const third = await limiter.run(async () => {
    began = true;
  });
  expect([third, began]).toEqual([undefined, false]);
  resolve("first");
  expect(await Promise.all([first, second])).toEqual(["first", "second"]);
});
