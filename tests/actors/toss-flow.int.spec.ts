import { describe, expect, test } from "bun:test";
import {
  cancelRequest,
  confirmRequest,
  deadUrl,
  errorBody,
  keepLog,
  listenToss,
  paymentBody,
  serveToss,
  tossAt,
  until,
} from "./toss-double.ts";

const PAYMENT_KEY = confirmRequest.paymentKey;
const down = () => new Response("", { status: 503 });
const up = () => Response.json(paymentBody());
const decline = () => Response.json(errorBody("REJECT_CARD_PAYMENT"), { status: 403 });

describe("circuit", () => {
  const breaker = { openAfter: 3, halfOpenAfterMs: 60_000 };

  test("circuit_opensAndSendsNothing_outagesInARow", async () => {
    await using server = serveToss(down);
    const { log, entries } = keepLog();
    const toss = tossAt(server.url, { breaker, log });
    for (const key of ["k1", "k2", "k3"]) {
      expect(await toss.confirm(confirmRequest, key)).toMatchObject({ kind: "unknown" });
    }
    expect(toss.circuit()).toBe("open");
    server.now(up);
    expect(await toss.confirm(confirmRequest, "k4")).toEqual({
      kind: "notSent",
      reason: "the circuit of confirm is open; nothing was sent to Toss",
    });
    expect(server.seen.length).toBe(3);
    expect(entries.filter(({ level }) => level === "warn").length).toBe(1);
  });

  test.each([
    ["500 with a code", () => Response.json(errorBody("FAILED_INTERNAL_SYSTEM_PROCESSING"), { status: 500 })],
    ["429 with no code", () => new Response("", { status: 429 })],
    ["429 with a code", () => Response.json(errorBody("SLOW_DOWN"), { status: 429 })],
    ["200 that can't be read", () => new Response("ok")],
  ])("circuit_opens %s", async (_, answer) => {
    await using server = serveToss(answer);
    const toss = tossAt(server.url, { breaker });
    for (const key of ["k1", "k2", "k3"]) await toss.confirm(confirmRequest, key);
    expect(toss.circuit()).toBe("open");
  });

  test("circuit_opens_nobodyListens", async () => {
    const toss = tossAt(deadUrl(), { breaker });
    for (const key of ["k1", "k2", "k3"]) await toss.confirm(confirmRequest, key);
    expect(toss.circuit()).toBe("open");
  });

  test.each([
    ["declined", decline],
    ["settled", () => Response.json(errorBody("ALREADY_PROCESSED_PAYMENT"), { status: 400 })],
    ["retryable of one payment", () => Response.json(errorBody("PROVIDER_ERROR"), { status: 400 })],
    ["misconfigured", () => Response.json(errorBody("UNAUTHORIZED_KEY"), { status: 401 })],
    ["still running", () => Response.json(errorBody("IDEMPOTENT_REQUEST_PROCESSING"), { status: 409 })],
  ])("circuit_staysClosed %s", async (_, answer) => {
    await using server = serveToss(answer);
    const toss = tossAt(server.url, { breaker });
    for (let i = 0; i < 20; i++) await toss.confirm(confirmRequest, `k${i}`);
    expect(toss.circuit()).toBe("closed");
    expect(server.seen.length).toBe(20);
  });

  test("circuit_countsInARow_anAnswerBetween", async () => {
    await using server = serveToss(({ body }) => (body.includes("order-0003") ? decline() : down()));
    const toss = tossAt(server.url, { breaker });
    for (const n of [1, 2, 3, 4, 5])
      await toss.confirm({ ...confirmRequest, orderId: `order-000${n}` }, `k${n}`);
    expect(toss.circuit()).toBe("closed");
    expect(server.seen.length).toBe(5);
  });

  test("circuit_isOfOneOperation_confirmDownWhileLookupsWork", async () => {
    await using server = serveToss(({ method }) => (method === "GET" ? up() : down()));
    const toss = tossAt(server.url, { breaker });
    for (const key of ["k1", "k2", "k3"]) {
      await toss.confirm(confirmRequest, key);
      expect(await toss.lookup(PAYMENT_KEY)).toMatchObject({ kind: "payment" });
    }
    expect(toss.circuit()).toBe("open");
    expect(await toss.confirm(confirmRequest, "k4")).toMatchObject({ kind: "notSent" });
    expect(await toss.lookup(PAYMENT_KEY)).toMatchObject({ kind: "payment" });
  });

  test("circuit_closesAgain_oneCallTriesAndSucceeds", async () => {
    let answer: (() => void) | undefined;
    await using server = serveToss(down);
    const toss = tossAt(server.url, { breaker: { openAfter: 2, halfOpenAfterMs: 30 } });
    await toss.confirm(confirmRequest, "k1");
    await toss.confirm(confirmRequest, "k2");
    await until(() => toss.circuit() === "halfOpen");

    server.now(async () => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return up();
    });
    const trying = toss.confirm(confirmRequest, "k3");
    await until(() => server.seen.length === 3);
    // The others are turned away rather than kept waiting for the one that tries.
    expect(await toss.confirm(confirmRequest, "k4")).toMatchObject({ kind: "notSent" });
    expect(toss.circuit()).toBe("halfOpen");
    answer?.();
    expect(await trying).toMatchObject({ kind: "payment" });
    expect(toss.circuit()).toBe("closed");
    expect(server.seen.length).toBe(3);
  });

  test("circuit_opensAgain_oneCallTriesAndFails", async () => {
    await using server = serveToss(down);
    const toss = tossAt(server.url, { breaker: { openAfter: 1, halfOpenAfterMs: 200 } });
    await toss.cancel(cancelRequest, "k1");
    await until(() => toss.circuit() === "halfOpen");
    expect(await toss.cancel(cancelRequest, "k1")).toMatchObject({ kind: "unknown" });
    expect(toss.circuit()).toBe("open");
    expect(server.seen.length).toBe(2);
  });
});

describe("limiter", () => {
  test("limiter_refusesBeyondItsQueue_callsThatWouldWait", async () => {
    const waiting: (() => void)[] = [];
    await using server = serveToss(async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return up();
    });
    const toss = tossAt(server.url, { maxConcurrent: 2, maxQueued: 3 });
    const calls = Array.from({ length: 10 }, (_, i) => toss.confirm(confirmRequest, `k${i}`));
    await until(() => server.seen.length === 2);
    let finished = false;
    const all = Promise.all(calls).finally(() => {
      finished = true;
    });
    while (!finished) {
      waiting.shift()?.();
      await Bun.sleep(2);
    }
    const kinds = (await all).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "payment").length).toBe(5);
    expect(kinds.filter((kind) => kind === "notSent").length).toBe(5);
    expect(server.seen.length).toBe(5);
  });

  test("limiter_holdsItsConcurrency_manyCalls", async () => {
    let now = 0;
    let most = 0;
    await using server = serveToss(async () => {
      most = Math.max(most, ++now);
      await Bun.sleep(5);
      now--;
      return up();
    });
    const toss = tossAt(server.url, { maxConcurrent: 3 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => toss.confirm(confirmRequest, `k${i}`)));
    expect(most).toBe(3);
    expect(server.seen.length).toBe(20);
  });

  test("limiter_spacesCalls_rateLimited", async () => {
    await using server = serveToss(up);
    const toss = tossAt(server.url, { maxPerSecond: 20 });
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 5 }, (_, i) => toss.lookup(`${PAYMENT_KEY}${i}`)));
    // Four gaps of 50 ms, less what timers round.
    expect(performance.now() - startedAt).toBeGreaterThan(150);
    expect(server.seen.length).toBe(5);
  });

  test("limiter_lettingGoOfItsTurn_callsThatTimeOut", async () => {
    using server = listenToss(() => {});
    const toss = tossAt(server.url, { maxConcurrent: 1, timeoutMs: 30, breaker: { openAfter: 100 } });
    const replies = await Promise.all(["k1", "k2", "k3"].map((key) => toss.confirm(confirmRequest, key)));
    expect(replies.map(({ kind }) => kind)).toEqual(["unknown", "unknown", "unknown"]);
    expect(server.count).toBe(3);
  });

  test("limiter_sendsNothingMore_circuitOpensWhileCallsWait", async () => {
    await using server = serveToss(down);
    const toss = tossAt(server.url, { maxConcurrent: 1, breaker: { openAfter: 2, halfOpenAfterMs: 60_000 } });
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, i) => toss.confirm(confirmRequest, `k${i}`)),
    );
    expect(replies.map(({ kind }) => kind)).toEqual([
      "unknown",
      "unknown",
      "notSent",
      "notSent",
      "notSent",
      "notSent",
    ]);
    expect(server.seen.length).toBe(2);
  });
});
