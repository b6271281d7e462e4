import { afterEach, expect, test } from "bun:test";
import { defaultConcurrency } from "../../gateway/limits/concurrency.ts";
import { orderBody } from "./lab.ts";
import { type RawExchange, rawExchange, statusesIn } from "./raw.ts";
import { serveLab } from "./served.ts";

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

const serve: typeof serveLab = (parts) => {
  const lab = serveLab(parts);
  open.push({ stop: () => lab.gateway.stop(true) });
  return lab;
};

const LENGTH = 40_000;
const head =
  "POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIdempotency-Key: slow\r\n";

/** Says that a body comes, and lets it trickle. */
const trickle = async (url: string, framing = `Content-Length: ${LENGTH}\r\n`): Promise<RawExchange> => {
  const exchange = await rawExchange(url, `${head}${framing}\r\n`);
  const timer = setInterval(() => exchange.send(framing.startsWith("Transfer") ? "1\r\n{\r\n" : "{"), 20);
  void exchange.closed.then(() => clearInterval(timer));
  open.push({ stop: () => exchange.leave() });
  return exchange;
};

test.each(["Content-Length: 40000\r\n", "Transfer-Encoding: chunked\r\n"])(
  "body_isGivenUpAndItsConnectionClosed_itTrickles as %j",
  async (framing) => {
    const { url } = serve({ config: { bodyTimeoutMs: 200 } });
    const heard = await (await trickle(url, framing)).closed;
    expect(statusesIn(heard)).toEqual([408]);
    expect(heard).toContain('"code":"REQUEST_TIMEOUT"');
    expect(heard.toLowerCase()).toContain("\r\nconnection: close\r\n");
  },
);

test("order_isPlaced_slowBodiesHoldEveryPlace", async () => {
  const lab = serve({ config: { bodiesMost: 20, bodyTimeoutMs: 60_000 } });
  const slow = await Promise.all(Array.from({ length: 20 }, () => trickle(lab.url)));
  const place = () =>
    fetch(`${lab.url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify(orderBody),
    });
  const early = await place();
  expect([201, 503]).toContain(early.status); // a body may be as slow as this one is
  await Bun.sleep(1_100); // from then on it may not
  for (let i = 0; i < 5; i += 1) expect((await place()).status).toBe(201);
  const gaveWay = slow.filter(({ text }) => statusesIn(text).includes(408));
  expect(gaveWay.length).toBeGreaterThan(0);
  expect(gaveWay.length).toBeLessThanOrEqual(6);
});

test("slowBodies_takeNobodysTurn_moreOfThemThanMayBeUnderWay", async () => {
  const lab = serve();
  const many = defaultConcurrency.initial * 1.2;
  await Promise.all(
    Array.from({ length: many }, () => rawExchange(lab.url, `${head}Content-Length: 9\r\n\r\n{`)),
  ).then((exchanges) => open.push({ stop: () => exchanges.map((one) => one.leave()) }));
  for (let i = 0; i < 5; i += 1) {
    const placed = await fetch(`${lab.url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify(orderBody),
    });
    expect(placed.status).toBe(201);
  }
  expect(await (await fetch(`${lab.url}/metrics`)).text()).toContain(
    `jumun_http_bodies_pending ${Math.floor(many)}`,
  );
});

test("bodies_areSoManyBytesAtMost_largeOnesAnnounced", async () => {
  const { url } = serve({ config: { bodiesMostBytes: 3 * LENGTH, bodyTimeoutMs: 60_000 } });
  for (let i = 0; i < 3; i += 1) await trickle(url);
  const heard = await (await trickle(url)).closed;
  expect(statusesIn(heard)).toEqual([503]);
  expect(heard).toContain('"code":"OVERLOADED"');
});
