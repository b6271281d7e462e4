import { parseArgs } from "node:util";
import { isKstDate, type KstDate } from "../../machines/mod.ts";
import { startTossMock, type TossMock, type TossMockOptions, weekdaysAfter } from "./mod.ts";

const DEFAULT_PORT = 9090;

const help = `A mock of Toss Payments' core API (2022-11-16), for trying the shop without an account.

  bun run toss:mock [--port ${DEFAULT_PORT}] [--secret-key KEY] [--webhook-url URL]
                    [--settlement-lag 3] [--holidays 2026-12-25,…] [--help]

Sales are paid out --settlement-lag weekdays later, --holidays left out.

API, with "Authorization: Basic base64(KEY:)":
  POST   /v1/payments/confirm              approve: { paymentKey, orderId, amount }
  GET    /v1/payments/:paymentKey          look up
  GET    /v1/payments/orders/:orderId      look up by order
  POST   /v1/payments/:paymentKey/cancel   cancel: { cancelReason, cancelAmount?, refundableAmount?, … }
  GET    /v1/settlements                   ?startDate=&endDate=[&dateType=soldDate|paidOutDate&page=1&size=100]
  GET    /v1/transactions                  ?startDate=&endDate=[&startingAfter=&limit=100], with times of Seoul

Helpers, without a key:
  POST   /mock/authentications             the payment window: { orderId, amount, method?, decline?, … }
  POST   /mock/deposits                    a virtual account is paid: { paymentKey }
  POST   /mock/clock                       move the mock's time on: { ms }. Sales show in settlements the day after
  POST   /mock/faults                      arm a fault: { route, fault: { kind, … }, times?, orderId?, paymentKey?,
                                           query? }, such as query: { "page": "3" }
  DELETE /mock/faults                      disarm all
  POST   /mock/webhooks                    { url?, copies?, timing? }
  POST   /mock/webhooks/resend             send a payment's latest webhook again: { paymentKey }
  GET    /mock/ledger                      what moved and what was asked; ?orderId= or ?paymentKey= narrows it
  GET    /mock/accounts                    every payment's captured and refunded amounts, without its requests
  POST   /mock/settlements/rows            settlement rows by formula: { rows, soldDate?, paidOutDate?, seed? }
  GET    /mock/settlements/totals          what is there, to count against: ?paidOutDate= or ?soldDate=
  POST   /mock/settlements/quirks          arm a quirk of the list: { kind, date?, … }
  DELETE /mock/settlements/quirks          disarm all

Routes of a fault: confirm, cancel, getPayment, getOrderPayment, getSettlements, getTransactions.
Kinds: dropBefore, timeoutBefore, conflict, tooManyRequests, error { code }, errorAfterSuccess { code? },
  slow { ms, at? }, timeoutAfterSuccess, dropAfterSuccess, malformedBody.
Quirks of settlements: rowInserted { afterPage }, rowRemoved { afterPage }, rowMoved { afterPage }, rowTwice { page },
  rowsLate { rows, afterCalls }, pageShrinks { page, by }, emptyFirstPage { times? },
  malformedRow { index, flaw: missing|wrongType, field? }, emptyBody.
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

Four days later, what is paid out on a day:
  curl -s ${url}/mock/clock -H 'content-type: application/json' -d '{"ms":345600000}'
  curl -s -u ${secretKey}: '${url}/v1/settlements?dateType=paidOutDate&startDate=…&endDate=…'
`;

/** Reads the command line; throws an Error that says what is wrong with it. */
function optionsFrom(args: string[]): TossMockOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      "secret-key": { type: "string" },
      "webhook-url": { type: "string" },
      "settlement-lag": { type: "string", default: "3" },
      holidays: { type: "string", default: "" },
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
    paidOutDateOf: weekdaysAfter(lagOf(values["settlement-lag"]), holidaysOf(values.holidays)),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
  };
}

function lagOf(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) > 30) {
    throw new Error(`--settlement-lag ${text} is not a number of weekdays from 0 to 30.`);
  }
  return Number(text);
}

function holidaysOf(text: string): ReadonlySet<KstDate> {
  const days = text.split(",").filter((day) => day !== "");
  const wrong = days.filter((day) => !isKstDate(day));
  if (wrong.length > 0) throw new Error(`--holidays: ${wrong.join(", ")} is not a date (YYYY-MM-DD).`);
  return new Set(days);
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
