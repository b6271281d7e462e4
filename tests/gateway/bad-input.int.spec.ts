import { afterAll, expect, test } from "bun:test";
import { orderBody, problemIn } from "./lab.ts";
import { serveLab } from "./served.ts";

const lab = serveLab();
afterAll(() => lab.gateway.stop(true));

type Body = NonNullable<RequestInit["body"]>;

const send = (body: Body, headers: Record<string, string> = {}, path = "/orders"): Promise<Response> =>
  fetch(`${lab.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "bad", ...headers },
    body,
  });

/** Every bad request: its problem, and that nothing was handed on or logged. */
const refused = async (what: string, answer: Promise<Response>, status: number, code: string) => {
  const response = await answer;
  const problem = await problemIn(response);
  expect({ what, status: response.status, code: problem.code }).toEqual({
    what,
    status,
    code: code as typeof problem.code,
  });
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(lab.client.commands).toEqual([]);
  expect(lab.lines).toEqual([]);
  return problem;
};

/** The order with one thing changed. */
const order = (change: object) => JSON.stringify({ ...orderBody, ...change });
const line = (change: object) => order({ lines: [{ ...orderBody.lines[0], ...change }] });
const chunked = (total: number, size = 1_000) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let sent = 0; sent < total; sent += size) controller.enqueue(new Uint8Array(size).fill(0x61));
      controller.close();
    },
  });

test("postOrders_answers400_malformedJson", async () => {
  const bodies = [
    "{",
    "[1,",
    '{"a":}',
    "nope",
    "{'a':1}",
    '{"a":1}x',
    "[".repeat(60_000),
    "\u0000",
    '{"a":NaN}',
  ];
  for (const body of bodies) await refused(body.slice(0, 10), send(body), 400, "MALFORMED_JSON");
});

test("postOrders_answers400_invalidUtf8", async () => {
  const bytes = new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
  await refused("utf-8", send(bytes), 400, "MALFORMED_JSON");
});

test("postOrders_answers400_jsonOfAnotherKind", async () => {
  for (const body of ["null", "5", '"text"', "[]", "true", "{}"]) {
    await refused(body, send(body), 400, "VALIDATION_FAILED");
  }
});

test("postOrders_answers400_numbersThatAreNoAmounts", async () => {
  const wrong: [string, string][] = [
    ["negative", line({ unitPrice: -1 })],
    ["zero quantity", line({ quantity: 0 })],
    ["fraction", line({ unitPrice: 0.5 })],
    ["text", line({ unitPrice: "12000" })],
    ["unsafe", order({}).replace("39000", "9007199254740993")],
    ["huge", order({}).replace("39000", "1e400")],
    ["huge exponent", order({}).replace("39000", "1e300")],
    ["null", order({ totalAmount: null })],
    ["too many", line({ quantity: 10_001 })],
  ];
  for (const [what, body] of wrong) {
    const problem = await refused(what, send(body), 400, "VALIDATION_FAILED");
    expect(problem.errors?.length).toBeGreaterThan(0);
  }
});

test("postOrders_pointsAtEachFault_severalFaults", async () => {
  const body = order({
    lines: [{ productId: "a b", quantity: 1.5, unitPrice: 1, colour: "red" }],
    totalAmount: "1",
  });
  const problem = await refused("several", send(body), 400, "VALIDATION_FAILED");
  const pointers = problem.errors?.map(({ pointer }) => pointer) ?? [];
  expect(pointers.toSorted()).toEqual([
    "/lines/0/colour",
    "/lines/0/productId",
    "/lines/0/quantity",
    "/totalAmount",
  ]);
});

test("postOrders_refusesRatherThanStrips_unknownFields", async () => {
  const bodies = [
    order({ discount: 1 }),
    order({ "idempotency-key": "k" }),
    order({ customer: { ...orderBody.customer, vip: true } }),
    order({ paymentMethod: { type: "card", $ne: 1 } }),
    order({}).replace("{", '{"__proto__":{"x":1},'),
    order({}).replace("{", '{"constructor":{},'),
    order({ customer: { ...orderBody.customer, id: { $ne: "" } } }),
  ];
  for (const body of bodies) await refused(body, send(body), 400, "VALIDATION_FAILED");
});

test("postOrders_answers400_deepJson", async () => {
  const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
  for (const body of [deep("[", "]", 20), deep("[", "]", 30_000), deep('{"a":', "}", 9_000)]) {
    const problem = await refused("deep", send(body), 400, "VALIDATION_FAILED");
    expect(problem.detail).toContain("nested deeper than 16 levels");
  }
});

test("postOrders_answers400_textThatNoStoreKeeps", async () => {
  for (const name of ["a\\u0000b", "\\ud800", "x\\udc00"]) {
    const body = JSON.stringify(orderBody).replace("Green tea", name);
    await refused(name, send(body), 400, "VALIDATION_FAILED");
  }
});

test("postOrders_answers413_announcedLength", async () => {
  const problem = await refused("announced", send("a".repeat(65_537)), 413, "PAYLOAD_TOO_LARGE");
  expect(problem.detail).toContain("65536 bytes");
});

test("postOrders_answers413_chunkedBodyWithoutLength", async () => {
  await refused("chunked", send(chunked(200_000)), 413, "PAYLOAD_TOO_LARGE");
});

test("postOrders_answers413_bodyOfMegabytes", async () => {
  await refused("large", send(new Uint8Array(20_000_000)), 413, "PAYLOAD_TOO_LARGE");
  await refused("large chunked", send(chunked(20_000_000, 100_000)), 413, "PAYLOAD_TOO_LARGE");
});

test("postOrders_answers415_otherContentTypes", async () => {
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/jsonx",
    "application/xml",
  ];
  for (const type of types) {
    await refused(type, send("a=1", { "content-type": type }), 415, "UNSUPPORTED_MEDIA_TYPE");
  }
});

test("postOrders_answers400_keyMissingOrMalformed", async () => {
  const body = JSON.stringify(orderBody);
  for (const key of ["", "two words", "k".repeat(201), "k\té"]) {
    await refused(key, send(body, { "idempotency-key": key }), 400, "IDEMPOTENCY_KEY_MISSING");
  }
  const bare = fetch(`${lab.url}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  await refused("none", bare, 400, "IDEMPOTENCY_KEY_MISSING");
});

test("everyPost_asksForAKey_makesACommand", async () => {
  const posts = lab.gateway.routes.filter(
    ({ method, path }) => method === "POST" && !["/webhooks/toss", "/dead-letters/:id/retry"].includes(path),
  );
  expect(posts.length).toBe(8);
  for (const { path } of posts) {
    const names = { ":id": "o-1234", ":cid": "1", ":eid": "stray:1" };
    const filled = Object.entries(names).reduce((path, [name, its]) => path.replace(name, its), path);
    const answer = fetch(`${lab.url}${filled}`, { method: "POST" });
    await refused(path, answer, 400, "IDEMPOTENCY_KEY_MISSING");
  }
});

test("postRestock_answers400_bodyWhereNoneBelongs", async () => {
  const answer = send('{"force":true}', {}, "/orders/o-12345/cancellations/1/restock");
  await refused("body", answer, 400, "VALIDATION_FAILED");
});

test("postRestock_answers400_cancellationIdThatIsNone", async () => {
  for (const id of ["0", "01", "x", "-1", "1.5", "99999", "%00"]) {
    await refused(
      id,
      send("{}", {}, `/orders/o-12345/cancellations/${id}/restock`),
      400,
      "VALIDATION_FAILED",
    );
  }
});

test("unknownRoutes_answer404_anyMethod", async () => {
  for (const [method, path] of [
    ["GET", "/nope"],
    ["POST", "/orders/o-12345/nope"],
    ["GET", "/orders/o-1/../../etc"],
  ] as const) {
    const response = await fetch(`${lab.url}${path}`, { method });
    expect(await problemIn(response)).toMatchObject({ status: 404, code: "NOT_FOUND" });
  }
});

test("knownRoutes_answer405WithAllow_wrongMethod", async () => {
  const cases = [
    ["PUT", "/orders", "POST, GET, HEAD"],
    ["DELETE", "/orders/o-12345", "GET, HEAD"],
    ["GET", "/webhooks/toss", "POST"],
    ["OPTIONS", "/orders", "POST, GET, HEAD"],
    ["PATCH", "/orders/o-12345/payment", "POST"],
  ] as const;
  for (const [method, path, allow] of cases) {
    const response = await fetch(`${lab.url}${path}`, { method });
    expect({ method, path, allow: response.headers.get("allow") }).toEqual({ method, path, allow });
    expect(await problemIn(response)).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
  }
  expect(lab.lines).toEqual([]);
});

test("postOrders_stillWorks_afterAllThat", async () => {
  const response = await send(JSON.stringify(orderBody));
  expect(response.status).toBe(201);
  const asChunks = new Response(JSON.stringify(orderBody)).body;
  if (!asChunks) throw new Error("no stream");
  expect((await send(asChunks, { "idempotency-key": "chunks" })).status).toBe(201);
});
