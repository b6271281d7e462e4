import type { Clock, Log } from "../../actors/ports.ts";
import { devCaller } from "../../gateway/auth/dev.ts";
import type { Gateway } from "../../gateway/client.ts";
import { createGateway, type GatewayParts } from "../../gateway/mod.ts";
import type { Problem } from "../../gateway/schemas/problem.ts";
import { createFakeClient, type FakeClient } from "./fake-client.ts";

export const orderBody = {
  customer: { id: "c-1", name: "Hong Gildong", phone: "010-1234-5678" },
  lines: [
    { productId: "tea", name: "Green tea", quantity: 3, unitPrice: 12_000 },
    { productId: "cup", quantity: 1, unitPrice: 3_000 },
  ],
  totalAmount: 39_000,
};

export const PAYMENT = { paymentKey: "payment-key-1", amount: 39_000 };

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps its lines. */
export const createLogBook = () => {
  const lines: LogLine[] = [];
  const at = (level: LogLine["level"]) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { lines, log };
};

const clock: Clock = { now: () => Date.now() };

/** The gateway's parts; of the client only what is to be other than the fake one's. */
export type LabParts = Partial<Omit<GatewayParts, "client"> & { readonly client: Partial<FakeClient> }>;

/** A gateway over a fake client, asked without a socket. */
export const createLab = ({ client: change, ...parts }: LabParts = {}) => {
  const client = Object.assign(createFakeClient(), change);
  const { lines, log } = createLogBook();
  const gateway = createGateway({ client, log, clock, callerOf: devCaller, ...parts });
  return { client, lines, gateway, ...asking(gateway), ...stories(gateway, client) };
};

let keys = 0;
export const newKey = (): string => `key-${++keys}`;

interface Post {
  readonly key?: string | undefined;
  readonly headers?: Record<string, string>;
}

const asking = (gateway: Gateway) => {
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    gateway.handle(new Request(`http://localhost${path}`, init));
  const post = (path: string, body?: unknown, { key = newKey(), headers }: Post = {}): Promise<Response> =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { ask, get: (path: string) => ask(path), post };
};

/** Orders brought to a place in their life. */
const stories = (gateway: Gateway, client: FakeClient) => {
  const { post } = asking(gateway);
  const place = async (): Promise<string> => {
    const { orderId } = await json<{ orderId: string }>(await post("/orders", orderBody));
    return orderId;
  };
  const capture = (orderId: string, attempt = 1, options = {}) =>
    client.happen(
      orderId,
      "payment.capture",
      { attempt, amount: PAYMENT.amount, approvedAt: "2026-11-23T10:00:00+09:00" },
      options,
    );
  const paid = async (): Promise<string> => {
    const orderId = await place();
    await post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=0" } });
    capture(orderId);
    return orderId;
  };
  return { place, capture, paid };
};

export const json = async <T = Record<string, unknown>>(response: Response): Promise<T> =>
  (await response.json()) as T;
export const problemIn = (response: Response): Promise<Problem> => json<Problem>(response);
