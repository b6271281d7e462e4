import { afterAll, expect, test } from "bun:test";
import { rawExchange } from "./raw.ts";
import { serveLab } from "./served.ts";

const lab = serveLab();
afterAll(() => lab.gateway.stop(true));
const orderId = await lab.paid();

const ids: Readonly<Record<string, string>> = {
  ":id": orderId,
  ":cid": "1",
  ":eid": "lookup:1",
  ":name": "order",
  ":date": "2026-11-20",
  ":file": "none.js",
};
const filled = (path: string): string =>
  path.replace(/:\w+/g, (name) => ids[name] ?? name).replace("*", `orders/${orderId}`);

/** Pages run scripts and styles of ours; their policies are told by themselves. */
const isPage = (path: string) => /^\/(console|openapi)(?!\/json)/.test(path);
/** What holds nothing personal and may be kept for a while. */
const isKept = (path: string) => isPage(path) || path.startsWith("/machines");

const expectSafe = (what: string, path: string, { status, headers }: Response): void => {
  const policy = headers.get("content-security-policy") ?? "";
  const told = {
    what,
    sniffing: headers.get("x-content-type-options"),
    referrer: headers.get("referrer-policy"),
    resources: headers.get("cross-origin-resource-policy"),
    framing: policy.match(/frame-ancestors 'none'/g)?.length,
    server: headers.get("server") ?? headers.get("x-powered-by"),
    hsts: headers.get("strict-transport-security"),
    anyOrigin: headers.get("access-control-allow-origin"),
  };
  expect(told).toEqual({
    what,
    sniffing: "nosniff",
    referrer: "no-referrer",
    resources: "same-origin",
    framing: 1,
    server: null,
    hsts: null,
    anyOrigin: null,
  });
  const page = isPage(path) && status < 400;
  expect({ what, scripts: policy.includes("script-src 'self'") }).toEqual({ what, scripts: page });
  expect({ what, first: policy.startsWith("default-src 'none'") }).toEqual({ what, first: true });
  if (!isKept(path)) {
    expect({ what, kept: headers.get("cache-control") }).toEqual({ what, kept: "no-store" });
  }
};

test("answers_haveSecurityHeaders_everyRoute", async () => {
  expect(lab.gateway.routes.length).toBeGreaterThan(30);
  for (const { method, path } of lab.gateway.routes) {
    const response = await fetch(`${lab.url}${filled(path)}`, { method });
    await response.body?.cancel();
    expectSafe(`${method} ${path} ${response.status}`, path, response);
  }
});

test("answers_haveSecurityHeaders_errorsOfEveryKind", async () => {
  lab.client.list = async () => {
    throw new Error("a defect");
  };
  const json = { "content-type": "application/json", "idempotency-key": "k" };
  const requests: [number, string, RequestInit?][] = [
    [404, "/nowhere"],
    [404, "/orders/o-nowhere"],
    [405, "/orders", { method: "DELETE" }],
    [405, "/orders", { method: "OPTIONS" }],
    [400, "/orders", { method: "POST", headers: json, body: "{" }],
    [413, "/orders", { method: "POST", headers: json, body: "x".repeat(70_000) }],
    [415, "/orders", { method: "POST", headers: { "idempotency-key": "k" }, body: "x" }],
    [500, "/orders"],
    [404, "/console/assets/nothing.js"],
  ];
  for (const [status, path, init] of requests) {
    const response = await fetch(`${lab.url}${path}`, init);
    await response.text();
    expect({ path, status: response.status }).toEqual({ path, status });
    expectSafe(`${status} ${path}`, path, response);
  }
});

test("answers_repeatNothingOfTheRequestInHeaders_lineBreaksInIt", async () => {
  const places = [
    `/orders/o-1%0d%0aset-cookie:%20a=b`,
    `/orders/o-1%0D%0ALocation:%20http://evil.example/events`,
    `/commands/x%0d%0ax-evil:1`,
    `/console/assets/%0d%0ax-evil:1`,
    `/%0d%0ax-evil:%201`,
    `/orders?cursor=%0d%0ax-evil:1`,
  ];
  for (const place of places) {
    const exchange = await rawExchange(
      lab.url,
      `GET ${place} HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: 1%0d%0ax-evil: 1\r\nConnection: close\r\n\r\n`,
    );
    const heard = await exchange.closed;
    const head = heard.slice(0, heard.indexOf("\r\n\r\n"));
    expect(head).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(head.toLowerCase()).not.toMatch(/^(x-evil|set-cookie|location)/m);
  }
});

test("answers_tellOfHsts_setBehindTls", async () => {
  const behindTls = serveLab({ config: { hstsSeconds: 31_536_000 } });
  const response = await fetch(`${behindTls.url}/healthz`);
  await behindTls.gateway.stop(true);
  expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
});
