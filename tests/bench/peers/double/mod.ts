import { decoded, type Listen, notThere, parsed } from "../../../toss/http/listen.ts";
import { startToss, type TossMock, type TossMockOptions } from "../../../toss/mod.ts";

/** What a paymentKey begins with whose buyer counts as authenticated, for the order and amount first confirmed. */
export const OPEN_KEY = "bench";

/**
 * The payment double of a bench: the mock's own payments, idempotency and ledger behind a server that answers ten times
 * as many requests as Mockttp's. It can't cut a connection, so faults are not for it.
 */
export const startTossDouble = async (options: TossMockOptions = {}): Promise<TossMock> => {
  const authenticated = new Set<string>();
  /** Spares the bench a request for each buyer. */
  const authenticate = (body: unknown): void => {
    const { paymentKey, orderId, amount } = (body ?? {}) as Record<string, unknown>;
    if (typeof paymentKey !== "string" || !paymentKey.startsWith(OPEN_KEY)) return;
    if (authenticated.has(paymentKey)) return;
    authenticated.add(paymentKey);
    double.authenticate({ paymentKey, orderId: String(orderId), amount: Number(amount) });
  };
  const double: TossMock = await startToss({ webhooks: false, ...options }, (site) =>
    listenWithBun({
      ...site,
      exchange(operation, incoming) {
        if (operation.route === "confirm") authenticate(incoming.body);
        return site.exchange(operation, incoming);
      },
    }),
  );
  return double;
};

const listenWithBun: Listen = async ({ port, operations, controls, exchange }) => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    development: false,
    async fetch(request) {
      const { method } = request;
      const path = request.url.slice(request.url.indexOf("/", "http://".length));
      const pathname = path.split("?", 1)[0] ?? path;
      const body = method === "GET" ? null : parsed(await request.text());
      const operation = operations.find((one) => one.method === method && one.pattern.test(pathname));
      if (operation) {
        const parameter = decoded(operation.pattern.exec(pathname)?.[1]);
        const headers = Object.fromEntries(request.headers);
        return responseOf(await exchange(operation, { method, path, headers, parameter, body }));
      }
      const control = controls.find((one) => one.method === method && one.path === pathname);
      if (control) return responseOf(await control.answer(body, new URL(request.url).searchParams));
      return responseOf(notThere(operations, pathname, request.headers.get("accept-language") ?? undefined));
    },
  });
  return { port: server.port ?? port, stop: () => server.stop(true) };
};

const responseOf = (answer: Awaited<ReturnType<Parameters<Listen>[0]["exchange"]>>): Response => {
  if (answer === "cut") throw new Error("The double can't cut a connection; use the mock for faults.");
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
};
