import { expect, test } from "bun:test";
import type { AuditFact } from "../../actors/audit/fact.ts";
import { recordAfter } from "../../actors/audit/record.ts";
import { createTrail, type TrailParts } from "../../actors/audit/trail.ts";
import { createTrailCheck } from "../../actors/audit/verify/trail.ts";
import { TerminalError } from "../../actors/errors.ts";
import { type Log, silentLog } from "../../actors/ports.ts";
import { memoryOrders, memoryTrail } from "./memory.ts";

const START = Date.parse("2026-11-23T01:00:00.000Z");
const FLOOD_MS = 60_000;

const fact = (changes: Partial<AuditFact> = {}): AuditFact => ({
  at: "2026-11-23T01:00:00.000Z",
  actor: { role: "customer", id: "c-1" },
  action: "POST /dead-letters/:id/retry",
  target: "o-1.abc",
  outcome: "denied",
  code: "FORBIDDEN",
  ...changes,
});

/** A trail over memory whose clock is moved by hand and which writes only when it is told to. */
const open = (changes: Partial<TrailParts> = {}, memory = memoryTrail()) => {
  const clock = { time: START, now: () => clock.time };
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (_, message) => void errors.push(message) };
  const trail = createTrail({
    store: memory.store,
    clock,
    log,
    run: "run-1",
    alone: true,
    options: { writeEveryMs: 3_600_000, floodMs: FLOOD_MS },
    ...changes,
  });
  return { trail, memory, clock, errors };
};

const kinds = (memory: ReturnType<typeof memoryTrail>) => memory.entries().map(({ kind }) => kind);

const order = (orderId: string, updatedAt: string, seq = 1) => ({
  orderId,
  document: { updatedAt, history: [{ seq, chain: `chain-${seq}-of-${orderId}` }] },
});

test("trail_writesFactsInTheirOrder_chained", async () => {
  const { trail, memory } = open();
  await trail.start();
  trail.tell(fact({ outcome: "done", target: "a" }));
  trail.tell(fact({ outcome: "done", target: "b", actor: null }));
  await trail.stop();
  expect(memory.entries()).toEqual([
    { kind: "start", at: expect.any(String), by: "run-1" },
    { kind: "fact", by: "run-1", ...fact({ outcome: "done", target: "a" }) },
    { kind: "fact", by: "run-1", ...fact({ outcome: "done", target: "b", actor: null }) },
    { kind: "stop", at: expect.any(String), by: "run-1" },
  ]);
  expect(createTrailCheck([], () => {}).take(memory.records)).toEqual([]);
});

test("trail_keepsACount_floodOfDenialsOfOneCallerAndAction", async () => {
  const { trail, memory } = open();
  for (let index = 0; index < 1_000; index += 1) trail.tell(fact({ target: `t-${index}` }));
  trail.tell(fact({ action: "GET /orders" }));
  trail.tell(fact({ actor: { role: "customer", id: "c-2" } }));
  await trail.flush();
  expect(memory.entries()).toHaveLength(3);
  await trail.stop();
  const counted = memory.entries().filter((entry) => entry.kind === "fact" && entry.count !== undefined);
  expect(counted).toEqual([
    { kind: "fact", by: "run-1", ...fact({ target: "t-0" }), count: 999, until: fact().at },
  ]);
});

test("trail_keepsFewRecords_floodUnderManyNames", async () => {
  const { trail, memory } = open();
  for (let index = 0; index < 5_000; index += 1) {
    trail.tell(fact({ actor: { role: "customer", id: `c-${index}` } }));
  }
  await trail.stop();
  const facts = memory.entries().filter((entry) => entry.kind === "fact");
  expect(facts).toHaveLength(1_001);
  expect(facts.at(-1)).toMatchObject({ actor: null, action: "others", count: 4_000 });
});

test("trail_sealsEachChangedOrderOnce_atItsNewestEntry", async () => {
  const { trail, memory } = open();
  trail.changed("o-1", 1, "a");
  trail.changed("o-2", 1, "b");
  trail.changed("o-1", 3, "c");
  expect(trail.stats().unsealed).toBe(2);
  await trail.flush();
  expect(memory.heads()).toEqual([
    ["o-1", 3, "c"],
    ["o-2", 1, "b"],
  ]);
  await trail.flush();
  expect(memory.records).toHaveLength(1);
  expect(trail.stats()).toMatchObject({ unsealed: 0, written: 1, failures: 0 });
});

test("trail_asksTheStore_orderWhoseWriteFailed", async () => {
  const written = order("o-1", "2026-11-23T01:00:00.000Z", 2);
  const { trail, memory } = open({ orders: memoryOrders([written]) });
  trail.doubt("o-1");
  trail.doubt("o-never");
  await trail.flush();
  expect(memory.heads()).toEqual([["o-1", 2, "chain-2-of-o-1"]]);
});

test.each([["away"] as const, ["written, then away"] as const, ["half written, then away"] as const])(
  "trail_writesEachFactOnce_storeIs %s",
  async (fault) => {
    const { trail, memory, errors } = open();
    await trail.start();
    for (const target of ["a", "b", "c"]) trail.tell(fact({ outcome: "done", target }));
    memory.fail(fault, fault);
    await expect(trail.flush()).rejects.toThrow("away");
    await trail.flush().catch(() => {});
    await trail.flush();
    const targets = memory.entries().map((entry) => (entry.kind === "fact" ? entry.target : entry.kind));
    expect(targets).toEqual(["start", "a", "b", "c"]);
    expect(createTrailCheck([], () => {}).take(memory.records)).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(trail.stats()).toMatchObject({ lost: 0, factsWaiting: 0, written: 4 });
    expect(trail.stats().failures).toBeGreaterThan(0);
  },
);

test("start_holdsUpNothing_trailCantBeWrittenThen", async () => {
  const { trail, memory, errors } = open();
  memory.fail("away", "half written, then away");
  await trail.start();
  expect(errors).toHaveLength(1);
  trail.tell(fact({ outcome: "done", target: "a" }));
  await trail.flush().catch(() => {});
  await trail.flush();
  expect(memory.entries().map(({ kind }) => kind)).toEqual(["start", "fact"]);
  await trail.stop();
});

test("trail_tellsHowManyWereLost_moreFactsThanThereIsRoomFor", async () => {
  const { trail, memory } = open();
  memory.fail("away");
  for (let index = 0; index < 10_050; index += 1) trail.tell(fact({ outcome: "done" }));
  expect(trail.stats()).toMatchObject({ lost: 50, factsWaiting: 10_000 });
  await trail.flush().catch(() => {});
  await trail.flush(); // now the store is back
  await trail.flush();
  const lost = memory.entries().filter(({ kind }) => kind === "lost");
  expect(lost).toEqual([{ kind: "lost", at: expect.any(String), by: "run-1", facts: 50 }]);
  expect(kinds(memory).filter((kind) => kind === "fact")).toHaveLength(10_000);
});

test("trail_goesOnAfterAnother_numberWasTaken", async () => {
  const memory = memoryTrail();
  const [one, two] = [open({ run: "run-1" }, memory), open({ run: "run-2" }, memory)];
  for (const { trail } of [one, two, one, two]) {
    trail.tell(fact({ outcome: "done" }));
    await trail.flush();
  }
  expect(memory.entries().map(({ by }) => by)).toEqual(["run-1", "run-2", "run-1", "run-2"]);
  expect(createTrailCheck([], () => {}).take(memory.records)).toEqual([]);
});

test("start_sealsWhatWasLeftUnsealed_lastRunDidNotStop", async () => {
  const memory = memoryTrail([
    recordAfter(undefined, { kind: "start", at: "2026-11-23T00:30:00.000Z", by: "run-0" }),
  ]);
  const orders = memoryOrders([
    order("o-long-before", "2026-11-22T00:00:00.000Z"),
    order("o-a-bit-before", "2026-11-23T00:29:00.000Z"),
    order("o-after", "2026-11-23T00:31:00.000Z"),
  ]);
  const { trail } = open({ orders }, memory);
  await trail.start();
  await trail.caughtUp();
  await trail.stop();
  expect(memory.heads().map(([orderId]) => orderId)).toEqual(["o-a-bit-before", "o-after"]);
  expect(kinds(memory)).toEqual(["start", "start", "seal", "stop"]);
});

test("start_looksForNothing_lastRunStoppedAndNoOtherProcessChangesOrders", async () => {
  const memory = memoryTrail();
  const orders = memoryOrders([order("o-1", "2026-11-23T01:00:00.000Z")]);
  const lives = [
    { run: "run-1", alone: true, sealed: 1 },
    { run: "run-2", alone: true, sealed: 1 },
    { run: "run-3", alone: false, sealed: 2 },
  ];
  for (const { run, alone, sealed } of lives) {
    const { trail } = open({ orders, run, alone }, memory);
    await trail.start();
    await trail.caughtUp();
    await trail.stop();
    expect(memory.heads()).toHaveLength(sealed);
  }
});

/** A trail in which these runs began and ended one after the other. */
const trailOf = (...steps: readonly (readonly [kind: "start" | "stop", by: string])[]) => {
  const records: ReturnType<typeof recordAfter>[] = [];
  for (const [kind, by] of steps) {
    records.push(recordAfter(records.at(-1), { kind, by, at: "2026-11-23T01:00:00.000Z" }));
  }
  return memoryTrail(records);
};

test("start_looksForOrders_runThatOverlappedTheLastOneDidNotStop", async () => {
  const orders = memoryOrders([order("o-1", "2026-11-23T01:00:00.000Z")]);
  const sealedAfter = async (memory: ReturnType<typeof memoryTrail>) => {
    const { trail } = open({ orders, run: "next" }, memory);
    await trail.start();
    await trail.caughtUp();
    await trail.stop();
    return memory.heads().length;
  };
  expect(await sealedAfter(trailOf(["start", "a"], ["start", "b"], ["stop", "a"]))).toBe(1);
  expect(await sealedAfter(trailOf(["start", "a"], ["start", "b"], ["stop", "a"], ["stop", "b"]))).toBe(0);
  expect(await sealedAfter(trailOf(["start", "killed"], ["start", "a"], ["stop", "a"]))).toBe(0);
});

test("stop_doesNotSayThatAllIsSealed_ordersWereStillLookedFor", async () => {
  const { promise, resolve } = Promise.withResolvers<{ heads: [] }>();
  const { trail, memory } = open({
    orders: { load: async () => undefined, changed: () => promise },
  });
  await trail.start();
  await trail.stop();
  resolve({ heads: [] });
  expect(kinds(memory)).toEqual(["start"]);
});

test("stop_rejectsAndSaysSoAtError_trailCantBeWritten", async () => {
  const { trail, memory, errors } = open();
  await trail.start();
  trail.tell(fact());
  memory.fail("away");
  await expect(trail.stop()).rejects.toThrow("away");
  expect(errors).toEqual([expect.stringContaining("AUDIT TRAIL CAN'T BE WRITTEN")]);
});

test("start_goesOnAndTheRunIsBegunLater_trailHasNoRoom", async () => {
  const { trail, memory, errors } = open();
  memory.fail("away");
  await trail.start();
  expect(errors).toEqual([expect.stringContaining("AUDIT TRAIL CAN'T BE WRITTEN")]);
  trail.tell(fact({ outcome: "done" }));
  await trail.stop();
  expect(kinds(memory)).toEqual(["start", "fact", "stop"]);
});

test("stop_sealsTheOthersAndSaysNotThatAllIsSealed_ordersFileIsDamaged", async () => {
  const load = async () => {
    throw new TerminalError("STORE_CORRUPT", { message: "It is damaged." });
  };
  const { trail, memory, errors } = open({ orders: { load, changed: load } });
  await trail.start();
  trail.changed("o-1", 1, "chain-1-of-o-1");
  trail.doubt("o-2");
  await trail.stop();
  expect(memory.heads()).toEqual([["o-1", 1, "chain-1-of-o-1"]]);
  expect(kinds(memory)).toEqual(["start", "seal"]);
  expect(errors).toEqual([]);
});
