import { afterAll, afterEach, expect, test } from "bun:test";
import type { Command } from "../../actors/command.ts";
import { createAdmission } from "../../gateway/limits/admission.ts";
import { defaultConcurrency } from "../../gateway/limits/concurrency.ts";
import { type Lane, laneOf } from "../../gateway/limits/lane.ts";
import { orderBody, PAYMENT, problemIn } from "./lab.ts";
import { rawExchange } from "./raw.ts";
import { serveLab } from "./served.ts";

const labs: ReturnType<typeof serveLab>[] = [];
const serve: typeof serveLab = (parts) => {
  const lab = serveLab(parts);
  labs.push(lab);
  return lab;
};
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.gateway.stop(true);
});
afterAll(() => {
  expect(labs).toEqual([]);
});

const gaugeOf = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
};

/** All that is under way but the look itself. */
const underWay = async (url: string) => (await gaugeOf(url, "jumun_http_requests_under_way")) - 1;

const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; !(await what()); tries += 1) {
    if (tries === 500) throw new Error("it never came to that");
    await Bun.sleep(10);
  }
};

test("lanes_areTurnedAwayInOrder_moreAndMoreUnderWay", () => {
  const shed: Lane[] = [];
  const admission = createAdmission(
    100,
    { pending: 0 },
    (lane) => shed.push(lane),
    () => new Response(null, { status: 503 }),
  );
  const request = (method: string, path: string) => new Request(`http://shop:1${path}`, { method });
  const requests = {
    order: request("POST", "/orders/o-12345/payment"),
    placing: request("POST", "/orders"),
    read: request("GET", "/orders?state=paid"),
    webhook: request("POST", "/webhooks/toss"),
    health: request("GET", "/healthz"),
    ready: request("GET", "/readyz"),
    metrics: request("GET", "/metrics"),
  };
  const turnedAway = (share: number): string[] => {
    while (admission.underWay < defaultConcurrency.initial * share) admission.began();
    return Object.entries(requests).flatMap(([name, one]) => (admission.refusal(one) ? name : []));
  };
  expect(turnedAway(0.99)).toEqual([]);
  expect(turnedAway(1)).toEqual(["placing", "read"]);
  expect(turnedAway(1.25)).toEqual(["order", "placing", "read"]);
  expect(turnedAway(1.5)).toEqual(["order", "placing", "read", "webhook"]);
  expect(turnedAway(50)).toEqual(["order", "placing", "read", "webhook"]);
  expect(new Set(shed)).toEqual(new Set<Lane>(["order", "other", "webhook"]));
});

test("gateway_answersOverloaded_commandsAreStuckAndMoreCome", async () => {
  const lab = serve();
  const stuck = Promise.withResolvers<void>();
  const { submit } = lab.client;
  lab.client.submit = async (command: Command, waitMs: number) => {
    await stuck.promise;
    return submit(command, waitMs);
  };
  const taken = Array.from({ length: defaultConcurrency.initial }, () => lab.post("/orders", orderBody));
  const answer = await fetch(`${lab.url}/orders`, { method: "POST", body: "not even read" });
  expect(answer.headers.get("retry-after")).toMatch(/^[123]$/);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await problemIn(answer)).toMatchObject({ status: 503, code: "OVERLOADED", instance: "/orders" });
  expect((await fetch(`${lab.url}/healthz`)).status).toBe(200);
  expect(await gaugeOf(lab.url, "jumun_http_refused_total")).toBe(1);

  stuck.resolve();
  for (const response of await Promise.all(taken)) expect(response.status).toBe(201);
  await until(async () => (await underWay(lab.url)) === 0);
  expect((await lab.post("/orders", orderBody)).status).toBe(201);
});

test("underWay_returnsToNothing_afterRequestsOfEveryKind", async () => {
  const lab = serve();
  const orderId = await lab.place();
  const ask = (path: string, init?: RequestInit) => fetch(`${lab.url}${path}`, init).then((it) => it.text());
  const json = { "content-type": "application/json", "idempotency-key": "k" };
  const pending: Promise<unknown>[] = [];
  for (const { method, path } of lab.gateway.routes) {
    if (path.endsWith("/events")) continue;
    for (const id of [orderId, "o-nowhere", "%00"]) {
      const filled = path.replace(/:(id|name|date|eid|cid|file)/g, id);
      pending.push(ask(filled, { method }));
      if (method === "POST") {
        pending.push(ask(filled, { method, headers: json, body: "{" }));
        pending.push(ask(filled, { method, headers: json, body: "x".repeat(70_000) }).catch(() => {}));
        pending.push(ask(filled, { method, headers: { ...json, "content-type": "text/plain" }, body: "1" }));
      }
    }
  }
  pending.push(ask("/nowhere"), ask("/orders", { method: "PUT" }), ask("/orders", { method: "OPTIONS" }));
  pending.push(ask(`/orders/${orderId}`, { method: "HEAD" }));
  lab.client.list = async () => {
    throw new Error("a defect");
  };
  pending.push(ask("/orders"));
  await Promise.all(pending);

  // Who leaves before the answer comes, and before the body is sent.
  lab.client.submit = () => Bun.sleep(50).then(() => ({ status: "pending" as const }));
  const left = Array.from({ length: 20 }, () =>
    fetch(`${lab.url}/orders`, {
      method: "POST",
      headers: { ...json },
      body: JSON.stringify(orderBody),
      signal: AbortSignal.timeout(10),
    }).catch(() => undefined),
  );
  await Promise.all(left);
  const head = `POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: a\r\n`;
  for (let i = 0; i < 10; i += 1) (await rawExchange(lab.url, `${head}Content-Length: 500\r\n\r\n{`)).leave();

  await until(async () => (await underWay(lab.url)) === 0);
  expect(await gaugeOf(lab.url, "jumun_http_bodies_pending")).toBe(0);
});

test("laneOf_isOperations_thosePathsAndNoOther", () => {
  const lanes = (...paths: string[]) =>
    paths.map((path) => laneOf({ method: "GET", url: `http://shop${path}` }));
  expect(lanes("/healthz", "/readyz?a", "/metrics")).toEqual(["operations", "operations", "operations"]);
  expect(lanes("/healthzz", "/metrics/x", "/orders", "/x/healthz")).toEqual([
    "other",
    "other",
    "other",
    "other",
  ]);
});

test("getCustomersPayment_isAnswered202AtOnce_itsOthersAreWaitedFor", async () => {
  const lab = serve({
    callerOf: ({ url }) =>
      url.endsWith("/metrics") ? { role: "operator", id: "kim" } : { role: "customer", id: "c-1" },
    config: { paymentWaitsOfCustomer: 1, paymentRecheckMs: 10 },
  });
  const orderId = await lab.place();
  const pay = () =>
    lab.post(`/orders/${orderId}/payment`, PAYMENT, { key: "pay-1", headers: { prefer: "wait=20" } });
  const waiting = pay();
  await until(async () => (await gaugeOf(lab.url, "jumun_payments_waiting")) === 1);
  expect((await pay()).status).toBe(202);
  lab.capture(orderId);
  expect((await waiting).status).toBe(200);
  expect((await pay()).status).toBe(200);
});

test("payments_areNotCounted_whileTheyWaitForToss", async () => {
  const lab = serve({ config: { paymentRecheckMs: 10 } });
  const orderId = await lab.place();
  const paying = lab.post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=20" } });
  await until(async () => (await gaugeOf(lab.url, "jumun_payments_waiting")) === 1);
  expect(await underWay(lab.url)).toBe(0);
  lab.capture(orderId);
  expect((await paying).status).toBe(200);
  await until(async () => (await underWay(lab.url)) === 0);
});

test("eventStreams_areSoManyAtMost_oneLeavesAndAnotherComes", async () => {
  const lab = serve({ config: { eventStreamsMost: 2 } });
  const orderId = await lab.place();
  const connect = () => fetch(`${lab.url}/orders/${orderId}/events`);
  const first = await connect();
  const fleet = await fetch(`${lab.url}/fleet/events`);
  expect([first.status, fleet.status]).toEqual([200, 200]);
  const third = await connect();
  expect(third.headers.get("retry-after")).toBe("5");
  expect(await problemIn(third)).toMatchObject({ status: 503, code: "OVERLOADED" });
  expect((await fetch(`${lab.url}/fleet/events`)).status).toBe(503);
  await first.body?.cancel();
  await until(async () => {
    const again = await connect();
    if (again.status !== 200) await again.text();
    else await again.body?.cancel();
    return again.status === 200;
  });
});
