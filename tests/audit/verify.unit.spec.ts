import { expect, test } from "bun:test";
import fc from "fast-check";
import { type AuditEntry, type AuditRecord, recordAfter } from "../../actors/audit/record.ts";
import { createTrailCheck } from "../../actors/audit/verify/trail.ts";
import { verify } from "../../actors/audit/verify/verify.ts";
import { shelvesOf, throughJson } from "./lives.ts";
import { memoryOrders, memoryTrail } from "./memory.ts";
import { mutated, mutations } from "./mutations.ts";

const settings = {
  seed: Number(process.env.FC_SEED ?? 20_261_123),
  numRuns: Number(process.env.FC_RUNS ?? 500),
  includeErrorInReport: true,
};

const at = "2026-11-23T01:00:00.000Z";
const entries: fc.Arbitrary<AuditEntry> = fc.oneof(
  fc.constant<AuditEntry>({ kind: "start", at, by: "run" }),
  fc.record({
    kind: fc.constant("fact" as const),
    at: fc.constant(at),
    by: fc.constant("run"),
    actor: fc.option(fc.record({ role: fc.constant("customer"), id: fc.string() })),
    action: fc.constant("GET /orders/:id"),
    target: fc.option(fc.string({ unit: "binary" })),
    outcome: fc.constantFrom("done" as const, "denied" as const),
  }),
  fc.record({
    kind: fc.constant("seal" as const),
    at: fc.constant(at),
    by: fc.constant("run"),
    heads: fc.array(fc.tuple(fc.string(), fc.integer({ min: 1 }), fc.string()), { maxLength: 3 }),
  }),
);

const trails: fc.Arbitrary<AuditRecord[]> = fc.array(entries, { minLength: 2, maxLength: 8 }).map((all) => {
  const records: AuditRecord[] = [];
  for (const entry of all) records.push(recordAfter(records.at(-1), entry));
  return records;
});

const findingsOf = (records: readonly AuditRecord[], kept: readonly AuditRecord[] = []): string[] => {
  const check = createTrailCheck(kept, () => {});
  return [...check.take(records), ...check.end()].map(({ code }) => code);
};

test("trailCheck_findsNothing_anyTrail", () => {
  fc.assert(
    fc.property(trails, (records) => {
      expect(findingsOf(throughJson(records), records)).toEqual([]);
    }),
    settings,
  );
});

test("trailCheck_finds_anyOneThingChanged_withTheNewestHeadKept", () => {
  let changed = 0;
  fc.assert(
    fc.property(trails, mutations, (records, mutation) => {
      const other = mutated(records, mutation)?.map(({ n, prev, hash, text }) => ({ n, prev, hash, text }));
      if (!other || Bun.deepEquals(other, records)) return; // a field was added, which no store has a place for
      changed += 1;
      expect(findingsOf(other, records.slice(-1))).not.toEqual([]);
    }),
    settings,
  );
  expect(changed).toBeGreaterThan(settings.numRuns / 4);
});

test("trailCheck_findsOnlyByAKeptHead_trailCutOffOrWrittenAnew", () => {
  fc.assert(
    fc.property(trails, (records) => {
      const kept = records.slice(-1);
      const cut = records.slice(0, -1);
      expect(findingsOf(cut)).toEqual([]);
      expect(findingsOf(cut, kept)).toEqual(["KEPT_HEAD_NOT_FOUND"]);
      const anew = [...cut, recordAfter(cut.at(-1), { kind: "start", at, by: "another" })];
      expect(findingsOf(anew)).toEqual([]);
      expect(findingsOf(anew, kept)).toEqual(["KEPT_HEAD_NOT_FOUND"]);
    }),
    settings,
  );
});

/** A small shop: three orders, sealed. */
const shop = () => {
  const orders = ["o-a", "o-b", "o-c"].map((orderId) => {
    const life = { orderId, basket: { tea: [1, 1_000] }, steps: [], batch: 1, notices: 0 } as const;
    const document = shelvesOf(life).at(-1)?.document;
    if (!document) throw new Error("Nothing was written.");
    return { orderId, document };
  });
  const heads = orders.map(({ orderId, document: { seq, history } }): [string, number, string] => [
    orderId,
    seq,
    history.at(-1)?.chain ?? "",
  ]);
  const start = recordAfter(undefined, { kind: "start", at, by: "run" });
  const memory = memoryTrail([start, recordAfter(start, { kind: "seal", at, by: "run", heads })]);
  return { orders, heads, memory };
};

test("verify_reportsAllInOrder_aWholeShop", async () => {
  const { orders, memory } = shop();
  expect(await verify({ orders: memoryOrders(orders), trail: memory.store })).toEqual({
    findings: [],
    found: 0,
    orders: 3,
    entries: { chained: 3, unchained: 0 },
    unsealed: { orders: 0, oldest: null },
    trail: {
      records: 2,
      facts: 0,
      seals: 1,
      lostFacts: 0,
      newest: { n: 2, hash: memory.records[1]?.hash ?? "" },
    },
  });
});

test("verify_finds_aSealedOrderThatIsGone", async () => {
  const { orders, heads, memory } = shop();
  const { findings } = await verify({ orders: memoryOrders(orders.slice(1)), trail: memory.store });
  expect(findings).toMatchObject([
    { code: "ORDER_MISSING", orderId: "o-a", seq: 1, n: 2, expected: heads[0]?.[2] ?? "", found: "no order" },
  ]);
});

test("verify_countsUnsealed_ordersThatNoSealHas", async () => {
  const { orders } = shop();
  const { found, unsealed } = await verify({ orders: memoryOrders(orders), trail: memoryTrail().store });
  expect({ found, unsealed }).toEqual({
    found: 0,
    unsealed: { orders: 3, oldest: orders[0]?.document.history[0]?.at ?? "" },
  });
});

test("verify_readsAgain_orderThatChangesBetweenItsDocumentAndItsArchive", async () => {
  const life = {
    orderId: "o-long",
    basket: { tea: [1, 1_000] as const },
    steps: [pay],
    batch: 1,
    notices: 180,
  };
  const shelves = shelvesOf({ ...life });
  const newest = shelves.at(-1);
  const before = shelves.find(({ document }) => document.history.length > 60);
  if (!newest || !before || newest.archived.length === 0) throw new Error("The life is too short.");
  // The document of before, the archive of after, which has entries that the document had not yet.
  const orders = memoryOrders(
    [{ orderId: "o-long", document: newest.document }],
    new Map([["o-long", newest.archived]]),
  );
  let walked = 0;
  const report = await verify({
    orders: {
      ...orders,
      async walk() {
        walked += 1;
        return { orders: [{ orderId: "o-long", document: before.document }] };
      },
    },
    trail: memoryTrail().store,
  });
  expect([walked, report.found, report.entries.chained]).toEqual([1, 0, newest.document.seq]);
});

const pay = { turn: 0, sense: true, days: 0, which: 0, pieces: undefined, right: true };
