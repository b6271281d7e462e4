import { parseArgs } from "node:util";
import { startTossMock, type TossMock, type TossMockOptions } from "./mod.ts";

const DEFAULT_PORT = 9090;

const help = `A mock of Toss Payments' core API (2022-11-16), for trying the shop without an account.

  bun run toss:mock [--port ${DEFAULT_PORT}] [--secret-key KEY] [--webhook-url URL] [--help]

API, with "Authorization: Basic base64(KEY:)":
  POST   /v1/payments/confirm              approve: { paymentKey, orderId, amount }
  GET    /v1/payments/:paymentKey          look up
  GET    /v1/payments/orders/:orderId      look up by order
  POST   /v1/payments/:paymentKey/cancel   cancel: { cancelReason, cancelAmount?, refundableAmount?, … }

Helpers, without a key:
  POST   /mock/authentications             the payment window: { orderId, amount, method?, decline?, … }
  POST   /mock/deposits                    a virtual account is paid: { paymentKey }
  POST   /mock/faults                      arm a fault: { route, fault: { kind, … }, times?, orderId?, paymentKey? }
  DELETE /mock/faults                      disarm all
  POST   /mock/webhooks                    { url?, copies?, timing? }
  POST   /mock/webhooks/resend             send a payment's latest webhook again: { paymentKey }
  GET    /mock/ledger                      what moved and what was asked; ?orderId= or ?paymentKey= narrows it

Routes of a fault: confirm, cancel, getPayment, getOrderPayment.
Kinds: dropBefore, timeoutBefore, conflict, tooManyRequests, error { code }, errorAfterSuccess { code? },
  slow { ms, at? }, timeoutAfterSuccess, dropAfterSuccess, malformedBody.
`;

const examples = ({ url, secretKey }: TossMock) => `
A buyer authenticates, as the payment window would let them:
  curl -s ${url}/mock/authentications -H 'content-type: application/json' \\
    -d '{"orderId":"order-000001","amount":15000}'

The merchant confirms within ten minutes (put the paymentKey of the answer in):
  curl -s -u ${secretKey}: ${url}/v1/payments/confirm -H 'content-type: application/json' \\
    -H 'Idempotency-Key: confirm-1' -d '{"paymentKey":"…","orderId":"order-000001","amount":15000}'

And gives a part back:
  curl -s -u ${secretKey}: ${url}/v1/payments/…/cancel -H 'content-type: application/json' \\
    -H 'Idempotency-Key: cancel-1' -d '{"cancelReason":"한 개 취소","cancelAmount":5000}'
`;

/** Reads the command line; throws an Error that says what is wrong with it. */
function optionsFrom(args: string[]): TossMockOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      "secret-key": { type: "string" },
      "webhook-url": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port ${values.port} is not a TCP port.`);
  const { "secret-key": secretKey, "webhook-url": webhookUrl } = values;
  if (webhookUrl !== undefined && !/^https?:\/\//.test(webhookUrl)) {
    throw new Error(`--webhook-url ${webhookUrl} is not an http(s) URL.`);
  }
  return {
    port,
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
  };
}

/** Runs the mock until SIGINT or SIGTERM. Exit status: 0 after a shutdown, 1 when it cannot start, 2 for bad usage. */
async function main(): Promise<void> {
  let options: ReturnType<typeof optionsFrom>;
  try {
    options = optionsFrom(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exit(2);
  }
  if (options === "help") return console.log(help);

  const mock = await startTossMock(options).catch((error) => {
    console.error(`The mock did not start: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  });
  console.log(`Toss Payments mock: ${mock.url}\nSecret key: ${mock.secretKey}\n${examples(mock)}`);
  console.log("Ctrl-C ends it. --help lists every route.");

  const shutDown = () => void mock.stop().then(() => process.exit(0));
  process.once("SIGINT", shutDown);
  process.once("SIGTERM", shutDown);
}

await main();
