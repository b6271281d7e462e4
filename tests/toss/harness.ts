import { afterAll } from "bun:test";
import { startTossDouble } from "../bench/peers/double/mod.ts";
import { type Payment, startTossMock, type TossMock, type TossMockOptions } from "./mod.ts";

/** A mock for one spec file, stopped when the file is done. */
export async function mockForSpec(options: TossMockOptions = {}): Promise<TossMock> {
  const mock = await startTossMock(options);
  afterAll(() => mock.stop());
  return mock;
}

/** Those held to what the provider's documents say of payments: the mock, and the double of the benches. */
export const implementations = ["mock", "double"] as const;

/** One of each for one spec file. */
export async function eachForSpec(
  options: TossMockOptions = {},
): Promise<Record<(typeof implementations)[number], TossMock>> {
  const double = await startTossDouble(options);
  afterAll(() => double.stop());
  return { mock: await mockForSpec(options), double };
}

/** A clock that a spec moves by hand. */
export function handClock(start = Date.parse("2026-11-23T01:02:03.000Z")) {
  let now = start;
  return {
    clock: () => now,
    advance(ms: number) {
      now += ms;
    },
  };
}

/** An API response as a spec looks at it; `json` is a Payment or an error, empty when the body is not JSON. */
export interface Called {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly json: Partial<Payment> & { readonly code?: string; readonly message?: string };
}

interface CallOptions {
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly timeoutMs?: number;
}

/** Calls the mock as a merchant's server would: POST when there is a body, Basic auth with the mock's secret key. */
export async function call(mock: TossMock, path: string, options: CallOptions = {}): Promise<Called> {
  const { body, key, headers = {}, timeoutMs = 5_000 } = options;
  const response = await fetch(mock.url + path, {
    method: options.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      authorization: basic(`${mock.secretKey}:`),
      "content-type": "application/json",
      ...(key === undefined ? {} : { "idempotency-key": key }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, json: parsed(text) };
}

/** The Basic credentials header of `credentials`. */
export const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString("base64")}`;

let orders = 0;
/** An orderId no other test uses. */
export const newOrderId = () => `order-${String(++orders).padStart(6, "0")}`;

/** Authenticates a buyer and gives the confirm body that fits. */
export function buyer(mock: TossMock, session: Partial<Parameters<TossMock["authenticate"]>[0]> = {}) {
  const { paymentKey, orderId, totalAmount } = mock.authenticate({
    orderId: newOrderId(),
    amount: 15_000,
    ...session,
  });
  return { paymentKey, orderId, amount: totalAmount };
}

/** A payment that is paid; gives the confirm body it was paid with. */
export async function paid(mock: TossMock, session: Parameters<typeof buyer>[1] = {}) {
  const body = buyer(mock, session);
  const { status, text } = await call(mock, "/v1/payments/confirm", { body });
  if (status !== 200) throw new Error(`Confirm failed: ${text}`);
  return body;
}

/** Confirms; cancels. The common two calls of the specs. */
export const confirm = (mock: TossMock, body: unknown, options: CallOptions = {}) =>
  call(mock, "/v1/payments/confirm", { body, ...options });
export const cancel = (mock: TossMock, paymentKey: string, body: object = {}, options: CallOptions = {}) =>
  call(mock, `/v1/payments/${paymentKey}/cancel`, {
    body: { cancelReason: "구매자 변심", ...body },
    ...options,
  });

function parsed(text: string): Called["json"] {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** What a fetch that never got its reply rejects with: `TimeoutError`, or the error's code such as `ECONNRESET`. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "none";
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return "code" in error && typeof error.code === "string" ? error.code : error.name;
  }
}

/** Waits until `condition` holds, looking every few milliseconds; throws after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !condition(); await Bun.sleep(5)) {
    if (Date.now() > end) throw new Error("The condition did not come true within 5 s.");
  }
}
