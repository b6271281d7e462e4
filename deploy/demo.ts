import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTossMock } from "../tests/toss/mod.ts";
import { startApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { createLog } from "./log.ts";

const help = `Walks one order through its life on the embedded default: no servers, no Toss account.

Usage: bun run demo [--stay] [--port N]
  --stay     keep gateway and Toss mock running afterwards, to go on by hand
  --port N   gateway port [8080, or a free one if it is taken and --stay is not given]`;

if (process.argv.includes("--help")) {
  console.log(help);
  process.exit(0);
}
const stay = process.argv.includes("--stay");
const port = Number(process.argv[process.argv.indexOf("--port") + 1] || (stay ? 8080 : 0)) || 0;

const mock = await startTossMock();
const folder = mkdtempSync(join(tmpdir(), "jumun-demo-"));
const app = await startApp(
  readConfig({
    PORT: String(port),
    DATA_DIR: folder,
    TOSS_BASE_URL: mock.url,
    TOSS_SECRET_KEY: mock.secretKey,
    AUTH: "dev",
    LOG_LEVEL: "warn",
  }),
  createLog("warn"),
);
const base = `${app.url}`.replace(/\/$/, "");

/** One request, told as it would be typed. Throws on any answer that is not a success. */
const call = async (
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<Record<string, unknown>> => {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  if (method === "POST") console.log(`\n  POST ${path}${body ? ` ${JSON.stringify(body)}` : ""}`);
  return answer;
};

/** Follows the order's own events until it is in `state`, printing each step. */
const until = async (orderId: string, state: string): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (passed.at(-1) !== state) {
    if (Date.now() > deadline)
      throw new Error(`the order did not become ${state}; it went ${passed.join(" → ")}`);
    const { entries } = (await call("GET", `/orders/${orderId}/history?after=${seen}`)) as {
      entries: Step[];
    };
    for (const step of entries) {
      seen = step.seq;
      if (step.to !== passed.at(-1)) passed.push(step.to);
      console.log(
        `    ${String(step.seq).padStart(2)}  ${step.type.padEnd(24)} ${step.from ?? "·"} → ${step.to}`,
      );
    }
    if (entries.length === 0) await Bun.sleep(20);
  }
};
interface Step {
  readonly seq: number;
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
}
const passed: string[] = [];
let seen = 0;

const won = (amount: unknown) => `₩${Number(amount).toLocaleString("en-US")}`;
const money = async (orderId: string) => {
  const order = await call("GET", `/orders/${orderId}`);
  console.log(
    `        paid ${won(order.totalAmount)}, refunded ${won(order.refundedAmount)}, held ${won(order.balance)}`,
  );
  return order;
};

let failure: unknown;
try {
  console.log(`Jumun on ${base}, Toss mock on ${mock.url}, data in ${folder}`);
  const { orderId } = (await call("POST", "/orders", {
    customer: { id: "customer-1", name: "김주문", phone: "010-1234-5678" },
    lines: [
      { productId: "keyboard", name: "기계식 키보드", quantity: 2, unitPrice: 45_000 },
      { productId: "mouse", name: "무선 마우스", quantity: 1, unitPrice: 30_000 },
    ],
    totalAmount: 120_000,
  })) as { orderId: string };
  await until(orderId, "ordered");

  // What the buyer does in Toss' payment window.
  const { paymentKey } = mock.authenticate({ orderId, amount: 120_000 });
  await call("POST", `/orders/${orderId}/payment`, { paymentKey, amount: 120_000 });
  await until(orderId, "paid");
  await money(orderId);

  const cancelAndRefund = async (cid: number, body: object, end: string) => {
    await call("POST", `/orders/${orderId}/cancellations`, body);
    await until(orderId, "cancelRequested");
    await call("POST", `/orders/${orderId}/cancellations/${cid}/restock`);
    await until(orderId, end);
    return money(orderId);
  };
  const one = { lines: [{ productId: "keyboard", quantity: 1 }], reason: "one keyboard is enough" };
  await cancelAndRefund(1, one, "partiallyRefunded");
  const last = await cancelAndRefund(2, { reason: "changed my mind" }, "refunded");

  const refunds = mock.ledger.refunds(orderId).reduce((sum, refund) => sum + Math.abs(refund.amount), 0);
  const captures = mock.ledger.captures(orderId).length;
  if (captures !== 1 || refunds !== 120_000 || last.balance !== 0) {
    throw new Error(
      `Toss captured ${captures} times and refunded ${refunds} KRW; the order holds ${last.balance}`,
    );
  }
  console.log(`\n${passed.join(" → ")}`);
  console.log("Toss captured once and refunded ₩120,000 in two parts; nothing is held.");
  console.log(
    stay
      ? `\nGo on by hand: ${base}/orders/${orderId} and ${base}/openapi (Ctrl-C ends).`
      : `\nTo go on by hand: bun run demo --stay, then open http://127.0.0.1:8080/openapi`,
  );
} catch (error) {
  failure = error;
  console.error(error);
}

if (stay && !failure) {
  console.log(
    `\nPay another order: its paymentKey comes from\n  curl -s ${mock.url}/mock/authentications -H 'content-type: application/json' -d '{"orderId":"…","amount":…}'`,
  );
  await new Promise<void>((resolve) =>
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve()),
  );
}
await app.stop();
await mock.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(failure ? 1 : 0);
