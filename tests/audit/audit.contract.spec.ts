import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type AuditEntry, recordAfter } from "../../actors/audit/record.ts";
import { createTrail } from "../../actors/audit/trail.ts";
import { verify } from "../../actors/audit/verify/verify.ts";
import type { HistoryEntry, OrderDocument } from "../../actors/document.ts";
import { silentLog, systemClock } from "../../actors/ports.ts";
import { type AuditWorld, auditAdapters } from "./adapters.ts";
import { lives, shelvesOf } from "./lives.ts";

const at = "2026-11-23T01:00:00.000Z";
const note = (target: string): AuditEntry => ({
  kind: "fact",
  at,
  by: "run",
  actor: { role: "operator", id: "김 ☕" },
  action: "POST /dead-letters/:id/retry",
  target,
  outcome: "done",
});
const aWeekLater = { turn: 0, sense: true, days: 8, which: 0, pieces: undefined, right: true };
const first = recordAfter(undefined, note("1"));
const second = recordAfter(first, note("2"));
const third = recordAfter(second, note("3"));

describe.each(auditAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "audit contract [%s]",
  (_, adapter) => {
    let world: AuditWorld;
    beforeEach(async () => {
      world = await adapter.create();
    });
    afterEach(() => world.dispose());

    test("append_isRead_inOrderByEveryProcess", async () => {
      const [one, other] = [await world.openTrail(), await world.openTrail()];
      expect(await one.newest()).toBeUndefined();
      expect(await one.read({ after: 0, limit: 10 })).toEqual([]);
      expect(await one.append([first, second])).toBe(true);
      expect(await other.append([third])).toBe(true);
      expect(await one.newest()).toEqual(third);
      expect(await one.read({ after: 0, limit: 2 })).toEqual([first, second]);
      expect(await other.read({ after: 2, limit: 10 })).toEqual([third]);
    });

    test("append_isFalseAndLeavesWhatIsThere_numberTaken", async () => {
      const store = await world.openTrail();
      const other = recordAfter(first, note("another"));
      await store.append([first, other]);
      expect(await store.append([second, third])).toBe(false);
      expect(await store.read({ after: 0, limit: 10 })).toEqual([first, other]);
    });

    test("append_keepsAnyText_hashedAsItIs", async () => {
      const store = await world.openTrail();
      const odd = recordAfter(undefined, note('"\\ 🙂 \u2028 $where \ud800 {}'));
      await store.append([odd]);
      expect(await store.newest()).toEqual(odd);
      expect(odd.text).toContain("\ufffd");
    });

    test("trails_writeEachFactOnceInOneChain_severalProcessesAtOnce", async () => {
      const processes = await Promise.all(
        ["a", "b", "c", "d"].map(async (run) => {
          const store = await world.openTrail();
          return {
            run,
            trail: createTrail({ store, clock: systemClock, log: silentLog, run, alone: false }),
          };
        }),
      );
      await Promise.all(
        processes.map(async ({ run, trail }) => {
          await trail.start();
          for (let index = 0; index < 12; index += 1) {
            trail.tell({ at, actor: null, action: "a", target: `${run}-${index}`, outcome: "done" });
            if (index % 4 === 3) await trail.flush();
          }
          await trail.stop();
        }),
      );
      const trail = await world.openTrail();
      const told = (await trail.read({ after: 0, limit: 1_000 })).map(({ text }) => JSON.parse(text));
      for (const { run } of processes) {
        const its = told.filter(({ by }) => by === run).map(({ kind, target }) => target ?? kind);
        const facts = Array.from({ length: 12 }, (_, index) => `${run}-${index}`);
        expect(its).toEqual(["start", ...facts, "stop"]);
      }
      await world.openStore();
      const report = await verify({ orders: await world.openOrders(), trail });
      expect([report.found, report.trail.records]).toEqual([0, 56]);
    });

    /** Orders of random lives as a runtime leaves them, each write and archive in turn, sealed by a trail. */
    const shop = async () => {
      const store = await world.openStore();
      const trailStore = await world.openTrail();
      const orders = await world.openOrders();
      const trail = createTrail({
        store: trailStore,
        orders,
        clock: systemClock,
        log: silentLog,
        run: "run",
        alone: true,
      });
      await trail.start();
      const documents: OrderDocument[] = [];
      const some = fc.sample(lives, { numRuns: 9, seed: 20_261_123 });
      for (const [index, life] of some.entries()) {
        const orderId = `${life.orderId}-${index}`;
        const steps = index === 1 ? [...life.steps, aWeekLater] : life.steps;
        const shelves = shelvesOf({ ...life, orderId, steps, notices: index === 0 ? 180 : 0 });
        for (const { document, archived } of shelves) {
          const history = archived.map(({ entry }) => entry as HistoryEntry);
          await store.archive([{ orderId, history, replies: [] }]);
          const written = await store.commit([{ document, expectedVersion: document.version - 1 }]);
          expect(written.size).toBe(1);
        }
        const newest = shelves.at(-1)?.document;
        if (!newest) throw new Error("Nothing was written.");
        documents.push(newest);
        trail.changed(orderId, newest.seq, newest.history.at(-1)?.chain ?? "");
      }
      await trail.stop();
      const long = documents[0];
      if (!long?.history[0] || long.history[0].seq === 1) throw new Error("No order has an archive.");
      const codes = async () => {
        const { findings } = await verify({ orders, trail: trailStore });
        return findings.map(({ code, orderId, n }) => `${code} ${orderId ?? n}`);
      };
      return { store, trailStore, orders, documents, long, codes };
    };

    test("verify_findsNothing_ordersThroughTheStore", async () => {
      const { orders, trailStore, documents, codes } = await shop();
      expect(await codes()).toEqual([]);
      const report = await verify({ orders, trail: trailStore });
      const entries = documents.reduce((sum, { seq }) => sum + seq, 0);
      expect(report).toMatchObject({
        orders: documents.length,
        entries: { chained: entries, unchained: 0 },
        unsealed: { orders: 0 },
      });
      // A start, a stop, and a seal each time that one was due meanwhile.
      expect(report.trail.seals).toBeGreaterThan(0);
      expect(report.trail.records).toBe(2 + report.trail.seals);
    });

    test("verify_finds_whatWasWrittenPastJumun", async () => {
      const { documents, long, codes } = await shop();
      const [, a, b, c, d] = documents.map(({ orderId }) => orderId);
      const [first = "", second = "", third = "", gone = ""] = [a, b, c, d];
      const context = (document: Record<string, unknown>) =>
        (document.snapshot as { context: { customer: { phone: string } } }).context;
      await world.tamperOrder(first, (document) => {
        context(document).customer.phone = "010-0000-0000";
      });
      await world.tamperOrder(second, (document) => {
        const [entry] = document.history as { actor: { id: string } }[];
        if (entry) entry.actor.id = "mallory";
      });
      await world.tamperOrder(third, (document) => {
        document.state = "refunded";
      });
      await world.deleteOrder(gone);
      await world.tamperArchive(long.orderId, 2, (entry) => {
        entry.at = "2020-01-01T00:00:00.000Z";
      });
      expect(new Set(await codes())).toEqual(
        new Set([
          `SNAPSHOT_CHANGED ${first}`,
          `CHAIN_BROKEN ${second}`,
          `FIELD_DIFFERS ${third}`,
          `CHAIN_BROKEN ${long.orderId}`,
          `ORDER_MISSING ${gone}`,
        ]),
      );
    });

    test("verify_finds_recordsChangedAndTakenOut", async () => {
      const { trailStore, codes } = await shop();
      const [, seal] = await trailStore.read({ after: 0, limit: 2 });
      await world.tamperRecord(2, { text: (seal?.text ?? "").replace(/.$/, " }") });
      expect(await codes()).toEqual(["TRAIL_BROKEN 2"]);
      await world.tamperRecord(2, undefined);
      expect(await codes()).toEqual(["TRAIL_GAP 2"]);
    });

    test("orders_areWalkedByIdAndFoundByTime_pageByPage", async () => {
      const { orders, documents } = await shop();
      const ids: string[] = [];
      for (let after: string | undefined = ""; after !== undefined; ) {
        const page = await orders.walk({ after, limit: 4 });
        ids.push(...page.orders.map(({ orderId }) => orderId));
        after = page.next;
      }
      expect(ids).toEqual(documents.map(({ orderId }) => orderId).toSorted());
      expect(await orders.count()).toBe(documents.length);

      const since = "2026-11-24T00:00:00.000Z";
      const heads: unknown[] = [];
      for (let after: string | undefined = ""; after !== undefined; ) {
        const page = await orders.changed({ since, after, limit: 4 });
        heads.push(...page.heads);
        after = page.next;
      }
      const later = documents.filter(({ updatedAt }) => updatedAt >= since);
      expect(heads.length).toBeGreaterThan(0);
      expect(heads.length).toBeLessThan(documents.length);
      expect(new Set(heads)).toEqual(
        new Set(later.map(({ orderId, seq, history }) => [orderId, seq, history.at(-1)?.chain])),
      );
    });
  },
);
