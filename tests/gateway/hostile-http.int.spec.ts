import { afterAll, beforeEach, expect, test } from "bun:test";
import { orderBody } from "./lab.ts";
import { rawExchange, statusesIn } from "./raw.ts";
import { serveLab } from "./served.ts";

const lab = serveLab();
afterAll(() => lab.gateway.stop(true));
beforeEach(() => {
  lab.client.commands.length = 0;
  lab.lines.length = 0;
});

const BODY = JSON.stringify(orderBody);
const SECRET_BODY = JSON.stringify({ ...orderBody, customer: { ...orderBody.customer, id: "smuggled" } });

/** One request as bytes; `Connection: close` ends the exchange with its answer. */
const say = async (start: string, headers: readonly string[] = [], body = ""): Promise<string> => {
  const lines = [start, "Host: 127.0.0.1", "Connection: close", ...headers];
  return (await rawExchange(lab.url, `${lines.join("\r\n")}\r\n\r\n${body}`)).closed;
};

const placing = (key: string) => ["Content-Type: application/json", `Idempotency-Key: ${key}`];

/** The gateway goes on, nothing was logged as a defect, and no command came of it. */
const expectUnharmed = async (commands = 0): Promise<void> => {
  expect(lab.client.commands.length).toBe(commands);
  expect(lab.lines.filter(({ level }) => level === "error")).toEqual([]);
  expect((await fetch(`${lab.url}/healthz`)).status).toBe(200);
};

test.each([
  ["both lengths", `Content-Length: ${BODY.length}\r\nTransfer-Encoding: chunked`],
  ["both, the other way round", `Transfer-Encoding: chunked\r\nContent-Length: ${BODY.length}`],
  ["two lengths", `Content-Length: ${BODY.length}\r\nContent-Length: 5`],
  ["a length that is none", "Content-Length: +5"],
  ["a negative length", "Content-Length: -1"],
  ["a list of lengths", "Content-Length: 5, 5"],
  ["a coding after chunked", "Transfer-Encoding: chunked, identity"],
  ["a coding that looks like chunked", "Transfer-Encoding: xchunked"],
  ["a space before the colon", `Content-Length : ${BODY.length}`],
])("requestAfterIt_isNeverRead_%s", async (_, framing) => {
  const hidden = `POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\n${placing("hidden").join("\r\n")}\r\nContent-Length: ${SECRET_BODY.length}\r\n\r\n${SECRET_BODY}`;
  const head = ["POST /orders HTTP/1.1", "Host: 127.0.0.1", ...placing("smuggler"), framing].join("\r\n");
  const exchange = await rawExchange(lab.url, `${head}\r\n\r\n0\r\n\r\n${hidden}`);
  await exchange.until((text) => statusesIn(text).length > 0);
  exchange.send("GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  const statuses = statusesIn(await exchange.closed);
  expect(statuses.filter((status) => status < 400)).toEqual([]);
  expect(JSON.stringify(lab.client.commands)).not.toContain("smuggled");
  await expectUnharmed();
});

test("order_isPlacedOnce_severalIdempotencyKeys", async () => {
  const heard = await say(
    "POST /orders HTTP/1.1",
    [...placing("key-1"), "Idempotency-Key: key-2", `Content-Length: ${BODY.length}`],
    BODY,
  );
  // Joined by ", " as HTTP has it, they are no key.
  expect(statusesIn(heard)).toEqual([400]);
  expect(heard).toContain("IDEMPOTENCY_KEY_MISSING");
  await expectUnharmed();
});

test.each(["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"])(
  "method_isTheOneOfTheRequestLine_%s says another",
  async (name) => {
    const read = await say("GET /orders HTTP/1.1", [`${name}: POST`, ...placing("override")]);
    expect(statusesIn(read)).toEqual([200]);
    const queried = await say("GET /orders?_method=POST HTTP/1.1");
    expect(statusesIn(queried)).toEqual([400]);
    await expectUnharmed();
  },
);

test("hugeHeader_isRefused_andSoAreThousandsOfThem", async () => {
  const one = await say("GET /orders HTTP/1.1", [`X-Filler: ${"a".repeat(200_000)}`]);
  const many = await say(
    "GET /orders HTTP/1.1",
    Array.from({ length: 5_000 }, (_, n) => `X-Filler-${n}: a`),
  );
  const long = await say(`GET /orders?cursor=${"a".repeat(200_000)} HTTP/1.1`);
  for (const heard of [one, many, long])
    expect(statusesIn(heard).filter((status) => status < 400)).toEqual([]);
  await expectUnharmed();
});

test("manyQueryParameters_costLittle_unknownAndRepeated", async () => {
  const unknown = Array.from({ length: 1_000 }, (_, n) => `p${n}=1`).join("&");
  const repeated = Array.from({ length: 1_000 }, () => "limit=1").join("&");
  const started = performance.now();
  const unasked = await fetch(`${lab.url}/orders?${unknown}`);
  expect(unasked.status).toBe(400);
  expect((await unasked.text()).length).toBeLessThan(20_000);
  expect((await fetch(`${lab.url}/orders?${repeated}&limit=999`)).status).toBe(400);
  expect(performance.now() - started).toBeLessThan(5_000);
  await expectUnharmed();
});

test("nullBytes_areRefused_whereverTheyStand", async () => {
  const heard = {
    path: await say("GET /orders/o-1%00 HTTP/1.1"),
    query: await say("GET /orders?customerId=c%00 HTTP/1.1"),
    raw: await say("GET /orders/o-1\0 HTTP/1.1"),
    header: await say("GET /orders HTTP/1.1", ["X-Filler: a\0b"]),
    key: await say("POST /orders HTTP/1.1", [...placing("a\0b"), `Content-Length: ${BODY.length}`], BODY),
    event: await say("GET /orders/o-12345/events HTTP/1.1", ["Last-Event-ID: 1\0"]),
  };
  for (const [where, text] of Object.entries(heard)) {
    const refused = statusesIn(text).every((status) => status === 400 || status === 505);
    expect({ where, text, refused }).toEqual({ where, text, refused: true });
  }
  await expectUnharmed();
});

test.each([
  "/console/assets/../../../../etc/passwd",
  "/console/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
  "/console/assets/%2e%2e/%2e%2e/package.json",
  "/console/assets/..\\..\\package.json",
  "/console/assets/....//....//package.json",
  "/console/assets/%252e%252e%252fpackage.json",
  "/console/assets//etc/passwd",
  "/console/assets/__proto__",
  "/console/assets/constructor",
  "/console/../../etc/passwd",
  "/openapi/../../package.json",
])("files_areNotGivenOut_%s", async (path) => {
  const heard = await say(`GET ${path} HTTP/1.1`, ["Accept: */*"]);
  expect(heard).not.toContain("root:");
  expect(heard).not.toContain('"dependencies"');
  // The console's own page, which finds no view there, is all that some of them reach.
  if (statusesIn(heard)[0] === 200) expect(heard).toContain("<!doctype html>");
  await expectUnharmed();
});

test.each(["-1", "1e3", "0x10", "9".repeat(400), "1;DROP", "Infinity"])(
  "lastEventId_isAPlainNumberOrRefused_%j",
  async (id) => {
    const orderId = await lab.place();
    const heard = await say(`GET /orders/${orderId}/events HTTP/1.1`, [`Last-Event-ID: ${id}`]);
    expect(statusesIn(heard)).toEqual([400]);
  },
);

test("prototypes_stayAsTheyAre_pollutingBodies", async () => {
  const keys = ["__proto__", "constructor", "prototype"];
  const bodies = keys.flatMap((key) => [
    BODY.replace("{", `{"${key}":{"polluted":true,"isAdmin":true},`),
    BODY.replace('"customer":{', `"customer":{"${key}":{"polluted":true},`),
    `{"${key}":${BODY}}`,
  ]);
  for (const body of bodies) {
    const response = await fetch(`${lab.url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "p" },
      body,
    });
    expect({ body, status: response.status }).toEqual({ body, status: 400 });
  }
  for (const query of ["__proto__[polluted]=1", "constructor.prototype.polluted=1", "__proto__=1"]) {
    expect((await fetch(`${lab.url}/orders?${query}`)).status).toBe(400);
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  await expectUnharmed();
});
