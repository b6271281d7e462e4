import { expect, test } from "bun:test";
import { Registry } from "prom-client";
import type { Runtime } from "../../actors/runtime/mod.ts";
import type { Toss } from "../../actors/toss.ts";
import { registerAuditMetrics, registerRuntimeMetrics } from "../../deploy/metrics.ts";

const stats = { queued: 1, effectsRunning: 2, eventsWaiting: 3, partitions: [0, 1], committed: 4 };
const runtime: Runtime = {
  start: async () => {},
  stop: async () => {},
  tick: async () => {},
  stats: () => stats,
};
const never = () => Promise.reject(new Error("no one is to call Toss"));
const toss: Toss = { confirm: never, cancel: never, lookup: never, circuit: () => "open" };

const scrape = async (effectsWaiting: () => Promise<number>): Promise<string> => {
  const registry = new Registry();
  registerRuntimeMetrics(registry, { runtime, toss, store: { effectsWaiting } });
  return registry.metrics();
};

test("metrics_tellHowManyEffectsWait_forAnOperator", async () => {
  expect(await scrape(async () => 7)).toContain("\njumun_effects_waiting 7\n");
});

test("metrics_tellTheRest_storeIsAway", async () => {
  const text = await scrape(() => Promise.reject(new Error("away")));
  expect(text).toContain("\njumun_effects_waiting Nan\n");
  expect(text).toContain("\njumun_runtime_partitions 2\n");
});

test("metrics_tellOfTheAuditTrail_eachAsItStands", async () => {
  const registry = new Registry();
  registerAuditMetrics(registry, {
    stats: () => ({ written: 5, failures: 6, lost: 7, factsWaiting: 8, unsealed: 9 }),
  });
  const values = (await registry.metrics()).split("\n").filter((line) => line.startsWith("jumun_audit_"));
  expect(values).toEqual([
    "jumun_audit_records_written 5",
    "jumun_audit_write_failures 6",
    "jumun_audit_facts_lost 7",
    "jumun_audit_facts_waiting 8",
    "jumun_audit_orders_unsealed 9",
  ]);
});
