import { createServer, type IncomingMessage } from "node:http";
import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import { cancelPayment, confirmPayment } from "./payments.ts";

interface Line {
  productId: string;
  quantity: number;
  unitPrice: number;
}

interface Order {
  state: "ordered" | "paid" | "cancelRequested" | "restocked" | "partiallyRefunded" | "refunded";
  customer: { id: string; name: string; phone: string };
  lines: Line[];
  totalAmount: number;
  paymentKey?: string;
  cancellation?: { lines: { productId: string; quantity: number }[]; amount: number; reason: string };
  refundedAmount: number;
}

const connectionString = process.env.DATABASE_URL;
const pool = new pg.Pool({ connectionString, max: 24 });

const refuse = (code: string): never => {
  throw new Error(code);
};

const find = async (orderId: string): Promise<Order | undefined> =>
  (
    await pool.query({
      name: "find",
      text: "SELECT document FROM orders WHERE order_id = $1",
      values: [orderId],
    })
  ).rows[0]?.document;

const orderIn = async (orderId: string, state: Order["state"]): Promise<Order> => {
  const order = await find(orderId);
  if (!order) return refuse("ORDER_NOT_FOUND");
  return order.state === state ? order : refuse(`ORDER_IS_${order.state}`);
};

/** A step that may run again after a crash: written once or twice, the order is the same. */
const keep = (orderId: string, order: Order) =>
  DBOS.runStep(
    async () => {
      await pool.query({
        name: "keep",
        text: "INSERT INTO orders VALUES ($1, $2) ON CONFLICT (order_id) DO UPDATE SET document = excluded.document",
        values: [orderId, order],
      });
      return { orderId, state: order.state };
    },
    { name: "keep" },
  );

const workflows = {
  async place(orderId: string, request: Pick<Order, "customer" | "lines" | "totalAmount">) {
    const total = request.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
    if (total !== request.totalAmount) refuse("TOTAL_MISMATCH");
    return keep(orderId, { ...request, state: "ordered", refundedAmount: 0 });
  },

  async pay(orderId: string, { paymentKey, amount }: { paymentKey: string; amount: number }) {
    const found = await DBOS.runStep(() => orderIn(orderId, "ordered"), { name: "read" });
    if (amount !== found.totalAmount) refuse("TOTAL_MISMATCH");
    const payment = await DBOS.runStep(
      () => confirmPayment({ paymentKey, orderId, amount }, `${orderId}:confirm`),
      { name: "confirm", retriesAllowed: true },
    );
    if (payment.status !== "DONE") refuse(`PAYMENT_${payment.status}`);
    return keep(orderId, { ...found, state: "paid", paymentKey });
  },

  async cancel(orderId: string, { lines, reason }: Omit<NonNullable<Order["cancellation"]>, "amount">) {
    const found = await DBOS.runStep(() => orderIn(orderId, "paid"), { name: "read" });
    let amount = 0;
    for (const { productId, quantity } of lines) {
      const line = found.lines.find((one) => one.productId === productId) ?? refuse("LINE_NOT_FOUND");
      if (quantity > line.quantity) refuse("QUANTITY_EXCEEDS_LINE");
      amount += quantity * line.unitPrice;
    }
    return keep(orderId, { ...found, state: "cancelRequested", cancellation: { lines, reason, amount } });
  },

  async restock(orderId: string) {
    const found = await DBOS.runStep(() => orderIn(orderId, "cancelRequested"), { name: "read" });
    return keep(orderId, { ...found, state: "restocked" });
  },

  async refund(orderId: string) {
    const found = await DBOS.runStep(() => orderIn(orderId, "restocked"), { name: "read" });
    const { paymentKey, cancellation, totalAmount } = found;
    if (!paymentKey || !cancellation) return refuse("ORDER_NOT_PAID");
    const { amount: cancelAmount, reason: cancelReason } = cancellation;
    const payment = await DBOS.runStep(
      () =>
        cancelPayment(
          paymentKey,
          { cancelReason, cancelAmount, refundableAmount: totalAmount },
          `${orderId}:cancel`,
        ),
      { name: "cancel", retriesAllowed: true },
    );
    const state = payment.balanceAmount === 0 ? "refunded" : "partiallyRefunded";
    return keep(orderId, { ...found, state, refundedAmount: cancelAmount });
  },
};

type Workflow = (orderId: string, request: never) => Promise<{ orderId: string; state: string }>;
const registered = new Map<string, Workflow>(
  Object.entries(workflows).map(([name, workflow]) => [
    name,
    DBOS.registerWorkflow(workflow as Workflow, { name }),
  ]),
);

const bodyOf = async (request: IncomingMessage): Promise<never> => {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text) as never;
};

const answer = async (request: IncomingMessage): Promise<object> => {
  const [, orderId = "", command = ""] = (request.url ?? "").split("/");
  const body = await bodyOf(request);
  if (command === "look") return { orderId, ...(await find(orderId)) };
  const workflow = registered.get(command) ?? refuse("NO_SUCH_COMMAND");
  const handle = await DBOS.startWorkflow(workflow, {
    workflowID: String(request.headers["idempotency-key"]),
  })(orderId, body);
  return handle.getResult();
};

DBOS.setConfig({
  name: "bench",
  systemDatabaseUrl: connectionString ?? "",
  systemDatabasePoolSize: 24,
  logLevel: "error",
});
await pool.query("CREATE TABLE IF NOT EXISTS orders (order_id text PRIMARY KEY, document jsonb NOT NULL)");
await DBOS.launch();
createServer((request, response) => {
  answer(request)
    .then(
      (body) => [200, body] as const,
      (error) => [409, { code: String(error) }] as const,
    )
    .then(([status, body]) => {
      const text = JSON.stringify(body);
      response.writeHead(status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      response.end(text);
    });
}).listen(Number(process.argv[2]), "127.0.0.1");
