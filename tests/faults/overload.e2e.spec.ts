import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quantileOf } from "../../deploy/capacity/trend.ts";
import { offer } from "../bench/open-loop.ts";
import { placeOrder } from "../bench/place-order.ts";
import { inShop } from "../crash/shop.ts";
import { embedded } from "../crash/stacks.ts";

const SLOW_SHOP = join(import.meta.dir, "slow-shop.ts");
/** What the store gets through. Few enough for a machine that does something else as well. */
const CAPACITY = 400;

/** Resident memory of a process, MB. */
const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;

test("orders_arePlacedAtCapacityAndTheRestTurnedAway_threeTimesAsManyArrive", () =>
  inShop(embedded, async (shop) => {
    const env = { ORDERS_PER_SECOND: String(CAPACITY) };
    const { url, pid } = await shop.start({ program: SLOW_SHOP, env });
    const load = { url, rate: 3 * CAPACITY, connections: 4_000, lateMs: 20_000 };
    await offer({ ...load, seconds: 2, request: placeOrder("settling") });
    const before = memoryOf(pid);

    const wrong: string[] = [];
    const watched: number[] = [];
    const watch = setInterval(async () => {
      const paths = ["/healthz", "/readyz", "/metrics"];
      for (const path of paths) watched.push((await fetch(`${url}${path}`)).status);
    }, 500);
    const run = await offer({
      ...load,
      seconds: 5,
      request: placeOrder("overload"),
      onAnswer(_, status, answer) {
        if (status === 201) return;
        const told = /retry-after: [123]\r\n/i.test(answer) && answer.includes('"code":"OVERLOADED"');
        if (status !== 503 || !told || !/content-type: application\/problem\+json/i.test(answer))
          wrong.push(answer);
      },
    });
    clearInterval(watch);

    expect(wrong).toEqual([]);
    expect({ broken: run.broken, unanswered: run.unanswered }).toEqual({ broken: 0, unanswered: 0 });
    expect(run.accepted.length / run.seconds).toBeGreaterThan(0.6 * CAPACITY);
    expect(quantileOf(run.accepted, 0.99)).toBeLessThan(4_000);
    expect(new Set(watched)).toEqual(new Set([200]));
    expect(memoryOf(pid) - before).toBeLessThan(80);

    // Nothing is left of it: orders are placed as before.
    const after = await offer({ url, rate: 50, seconds: 1, connections: 50, request: placeOrder("after") });
    expect(after.accepted.length).toBe(50);
  }));

test("everyOrderThatWasAcknowledged_isKept_stoppedUnderOverload", () =>
  inShop(embedded, async (shop) => {
    const first = await shop.start();
    const kept = new Set<string>();
    let answers = 0;
    const enough = Promise.withResolvers<void>();
    const load = offer({
      url: first.url,
      rate: 3_000,
      seconds: 4,
      connections: 2_000,
      lateMs: 15_000,
      request: placeOrder("stopped"),
      onAnswer(_, status, answer) {
        answers += 1;
        if (answers === 2_000) enough.resolve();
        if (status !== 201 && status !== 202) return expect([429, 503]).toContain(status);
        kept.add(String(/"orderId":"([^"]+)"/.exec(answer)?.[1]));
      },
    });
    await enough.promise;
    expect(await first.stop()).toBe("exit code 0");
    await load;
    expect(first.logged("error")).toEqual([]);
    expect(kept.size).toBeGreaterThan(500);

    const second = await shop.start(); // runs what was answered 202
    expect(await second.stop()).toBe("exit code 0");
    const database = new Database(join(`${shop.settings.DATA_DIR}`, "orders.sqlite"), { readonly: true });
    const stored = database
      .query<{ order_id: string }, []>("SELECT order_id FROM orders WHERE state = 'ordered'")
      .all();
    database.close();
    const lost = kept.difference(new Set(stored.map((row) => row.order_id)));
    expect([...lost]).toEqual([]);
  }));
