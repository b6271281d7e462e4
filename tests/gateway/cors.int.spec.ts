import { afterAll, expect, test } from "bun:test";
import { readOrigins } from "../../gateway/cors.ts";
import { defaultConcurrency } from "../../gateway/limits/concurrency.ts";
import { HttpProblem } from "../../gateway/problem.ts";
import { orderBody } from "./lab.ts";
import { serveLab } from "./served.ts";

const SHOP = "https://shop.example";
const lab = serveLab({
  config: { corsOrigins: [SHOP, "https://m.shop.example"] },
  callerOf: (request) => {
    if (request.headers.has("authorization")) return { role: "customer", id: "c-1" };
    throw new HttpProblem({ code: "UNAUTHENTICATED", detail: "Whoever you are." });
  },
});
afterAll(() => lab.gateway.stop(true));

const preflight = (origin: string, path = "/orders", method = "POST") =>
  fetch(`${lab.url}${path}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "authorization,content-type,idempotency-key",
    },
  });

const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary"));

test("preflight_isGrantedWithoutAToken_originOfOurs", async () => {
  for (const path of ["/orders", "/orders/o-12345/payment", "/nowhere"]) {
    const response = await preflight(SHOP, path);
    expect(response.status).toBe(204);
    expect(corsOf(response)).toEqual({
      "access-control-allow-origin": SHOP,
      "access-control-allow-methods": "GET, HEAD, POST",
      "access-control-allow-headers": "authorization, content-type, idempotency-key, last-event-id, prefer",
      "access-control-expose-headers": "location, retry-after, ratelimit",
      "access-control-max-age": "7200",
      vary: "origin",
    });
  }
  expect(lab.client.commands).toEqual([]);
});

test.each([
  "https://evil.example",
  "http://shop.example",
  "https://shop.example.evil.example",
  "https://shop.example:8443",
  "https://SHOP.example",
  "shop.example",
  "null",
  "constructor",
  "*",
])("origin_isGrantedNothing_%s", async (origin) => {
  const asked = await preflight(origin);
  expect(asked.status).toBe(403);
  expect(corsOf(asked)).toEqual({ vary: "origin" });
  const response = await fetch(`${lab.url}/healthz`, { headers: { origin } });
  expect(corsOf(response)).toEqual({ vary: "origin" });
});

test("answers_mayBeRead_originOfOurs", async () => {
  const granted = {
    "access-control-allow-origin": SHOP,
    "access-control-expose-headers": "location, retry-after, ratelimit",
    vary: "origin",
  };
  const place = (headers: Record<string, string>) =>
    fetch(`${lab.url}/orders`, {
      method: "POST",
      headers: { origin: SHOP, "content-type": "application/json", "idempotency-key": "a", ...headers },
      body: JSON.stringify(orderBody),
    });
  const placed = await place({ authorization: "x" });
  expect(placed.status).toBe(201);
  expect(corsOf(placed)).toEqual(granted);
  const refused = await place({});
  expect(refused.status).toBe(401);
  expect(corsOf(refused)).toEqual(granted);
  for (const path of ["/healthz", "/nowhere", "/orders/o-nowhere"]) {
    expect(corsOf(await fetch(`${lab.url}${path}`, { headers: { origin: SHOP } }))).toEqual(granted);
  }
  const { orderId } = (await placed.json()) as { orderId: string };
  const events = await fetch(`${lab.url}/orders/${orderId}/events`, {
    headers: { origin: SHOP, authorization: "x" },
  });
  await events.body?.cancel();
  expect(events.headers.get("content-type")).toBe("text/event-stream");
  expect(corsOf(events)).toEqual(granted);
});

test("answers_mayBeRead_turnedAwayUnderOverload", async () => {
  const busy = serveLab({ config: { corsOrigins: [SHOP] } });
  busy.client.submit = () => new Promise(() => {});
  for (let i = 0; i < defaultConcurrency.initial; i += 1) void busy.post("/orders", orderBody);
  const response = await fetch(`${busy.url}/orders`, { headers: { origin: SHOP } });
  await busy.gateway.stop(true);
  expect(response.status).toBe(503);
  expect(response.headers.get("access-control-allow-origin")).toBe(SHOP);
});

test("readOrigins_takesExactOrigins_andNothingElse", () => {
  expect(readOrigins("")).toEqual([]);
  expect(readOrigins(" https://a.example, http://localhost:3000 ")).toEqual([
    "https://a.example",
    "http://localhost:3000",
  ]);
  const wrong = ["*", "https://a.example/", "https://*.a.example", "a.example", "null", "ftp://a.example"];
  for (const one of wrong) expect(() => readOrigins(`https://b.example,${one}`)).toThrow();
});
