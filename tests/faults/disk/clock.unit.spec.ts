import { afterEach, expect, setSystemTime, test } from "bun:test";
import { createSetBack } from "../../../actors/runtime/set-back.ts";
import { createCircuit } from "../../../actors/toss/circuit.ts";
import { createLimiter } from "../../../actors/toss/limiter.ts";
import { createCall } from "../../../settlement/toss/call.ts";
import { checkedOptions } from "../../../settlement/toss/options.ts";

const DAY_MS = 24 * 60 * 60_000;
/** Bun's own, which timers and `performance.now` do not follow. */
const setBackADay = () => setSystemTime(new Date(Date.now() - DAY_MS));
afterEach(() => setSystemTime());

test("circuit_letsACallTry_clockSetBackWhileOpen", async () => {
  const circuit = createCircuit<boolean>(
    { openAfter: 1, halfOpenAfterMs: 50 },
    (up) => !up,
    () => {},
  );
  await circuit.run(async () => false);
  expect(circuit.refuses()).toBe(true);
  setBackADay();
  await Bun.sleep(60);
  expect(await circuit.run(async () => true)).toBe(true);
  expect(circuit.state()).toBe("closed");
});

test("limiter_keepsItsPace_clockSetBack", async () => {
  const limiter = createLimiter({ maxPerSecond: 100, maxConcurrent: 10, maxQueued: 10 });
  await limiter.run(async () => {});
  setBackADay();
  const began = performance.now();
  await Promise.all([1, 2, 3].map((one) => limiter.run(async () => one)));
  expect(performance.now() - began).toBeLessThan(2_000);
});

test("call_waitsAsLongAsTossAsks_clockSetBackMeanwhile", async () => {
  let asked = 0;
  const call = createCall({
    ...checkedOptions({ baseUrl: "http://127.0.0.1:1", secretKey: "test_sk_1", maxPerSecond: 100 }),
    secretKey: "test_sk_1",
    signal: undefined,
    logger: undefined,
    async fetch() {
      asked += 1;
      if (asked > 1) return new Response("[]");
      setTimeout(setBackADay, 20);
      return new Response("{}", { status: 429, headers: { "retry-after": "0.1" } });
    },
  });
  expect(await call("/v1/settlements", (body) => body)).toBe("[]");
});

test("setBack_isToldOnce_clockSetBack", () => {
  let now = 1_000_000;
  const isSetBack = createSetBack({ now: () => now + performance.now() });
  expect(isSetBack()).toBe(false);
  now -= 3_600_000;
  expect([isSetBack(), isSetBack()]).toEqual([true, false]);
  now += 3_600_000;
  expect(isSetBack()).toBe(false);
});
