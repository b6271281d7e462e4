import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../deploy/servers/ports.ts";
import { issueToken } from "../../deploy/token/issue.ts";
import type { CallerRole } from "../../gateway/caller.ts";
import { startProcess } from "../crash/process.ts";
import { type Fault, startTossMock } from "../toss/mod.ts";

setDefaultTimeout(120_000);

const SECRET_KEY = "test_sk_ThisMustNeverBeWritten0";
const PHONE = "010-9876-5432";
const NAME = "홍비밀";

const customer = { id: "customer-1", name: NAME, phone: PHONE };
const lines = [{ productId: "tea", quantity: 1, unitPrice: 12_000 }];
const order = { customer, lines, totalAmount: 12_000 };

/** Each makes Toss fail in a way that a client could tell too much of. */
const faults: readonly Fault[] = [
  { kind: "error", code: "REJECT_CARD_PAYMENT" },
  { kind: "error", code: "UNAUTHORIZED_KEY" },
  { kind: "error", code: "INVALID_REQUEST" },
  { kind: "malformedBody" },
  { kind: "dropBefore" },
  { kind: "dropAfterSuccess" },
  { kind: "tooManyRequests" },
  { kind: "conflict" },
];

test("logsAndProblems_holdNoSecret_whateverFails", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-secrets-"));
  const mock = await startTossMock({ secretKey: SECRET_KEY });
  const tokens: string[] = [];
  const tokenOf = async (role: CallerRole, id: string, hours = 1): Promise<string> => {
    const ask = { folder: join(folder, "keys"), audience: "jumun", issuer: undefined, roleClaim: "role" };
    const { token } = await issueToken({ ...ask, role, id, hours });
    tokens.push(token);
    return token;
  };
  const token = await tokenOf("customer", customer.id);
  const shop = startProcess({
    folder,
    port: await freePort(),
    env: {
      DATA_DIR: join(folder, "data"),
      AUTH: "jwt",
      AUTH_JWKS: join(folder, "keys", "jwks.json"),
      TOSS_BASE_URL: mock.url,
      TOSS_SECRET_KEY: SECRET_KEY,
      TOSS_MID: mock.mId,
      TOSS_TIMEOUT_MS: "1000",
      PAYMENT_WAIT_MS: "300",
      LOG_LEVEL: "debug",
    },
  });
  const failures: string[] = [];
  const ask = async (method: string, path: string, bearer: string, body?: unknown) => {
    const response = await fetch(`${shop.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) failures.push(`${[...response.headers].join("\n")}\n${text}`);
    return { status: response.status, text };
  };
  const place = async (): Promise<string> =>
    (JSON.parse((await ask("POST", "/orders", token, order)).text) as { orderId: string }).orderId;
  const pay = async (orderId: string) => {
    const { paymentKey } = mock.authenticate({ orderId, amount: order.totalAmount });
    return ask("POST", `/orders/${orderId}/payment`, token, { paymentKey, amount: order.totalAmount });
  };

  try {
    await shop.ready();
    const statuses = new Set<number>();
    for (const fault of faults) {
      mock.faults.next("confirm", fault);
      statuses.add((await pay(await place())).status);
    }
    expect([...statuses]).toContain(402);

    const wrong = [
      { ...order, totalAmount: 1 },
      { ...order, customer: { ...customer, phone: `${PHONE} or call my neighbour` } },
      { ...order, customer: { ...customer, email: `${NAME}@example.com` } },
      { ...order, customer: { ...customer, id: "customer-2" } },
      `{"customer":{"name":"${NAME}","phone":"${PHONE}"`,
      { deep: JSON.parse(`${"[".repeat(30)}"${PHONE}"${"]".repeat(30)}`) },
    ];
    for (const body of wrong) expect((await ask("POST", "/orders", token, body)).status).toBeGreaterThan(399);

    const orderId = await place();
    const stranger = await tokenOf("customer", "customer-2");
    const past = await tokenOf("operator", "kim", -1);
    for (const path of [`/orders/${orderId}`, `/orders?customerId=${customer.id}`, "/fleet"]) {
      await ask("GET", path, stranger);
      await ask("GET", `${path}${path.includes("?") ? "&" : "?"}access_token=${token}`, past);
      await ask("GET", `${path}/${token}`, `${token}x`);
    }
    await ask("POST", `/webhooks/toss?secret=${SECRET_KEY}`, token, `{"secret": "${SECRET_KEY}`);

    await mock.stop();
    expect((await pay(orderId)).status).toBe(202);
  } finally {
    await shop.stop();
  }

  const output = shop.output();
  rmSync(folder, { recursive: true, force: true });
  expect(output).toMatch(/"level":"(warn|error)"/);
  expect(failures.length).toBeGreaterThan(15);
  const signatures = tokens.map((one) => one.split(".")[2] ?? one);
  const secrets = [SECRET_KEY, btoa(`${SECRET_KEY}:`), PHONE, PHONE.replaceAll("-", ""), NAME, ...signatures];
  for (const secret of secrets) {
    expect({ secret, inTheLog: linesWith(output, secret) }).toEqual({ secret, inTheLog: [] });
    // What the caller itself put into the path comes back to it in `instance`, and to nobody else.
    const told = failures.filter((text) => text.replace(/"instance":"[^"]*"/, "").includes(secret));
    expect({ secret, told }).toEqual({ secret, told: [] });
  }
});

const linesWith = (output: string, secret: string): string[] =>
  output.split("\n").filter((line) => line.includes(secret));
