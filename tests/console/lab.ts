import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, startApp } from "../../deploy/app.ts";
import { readConfig } from "../../deploy/config.ts";
import type { Env } from "../../deploy/settings.ts";
import type { CommandResult } from "../../gateway/schemas/command.ts";
import type { OrderView } from "../../gateway/schemas/order.ts";
import { createLogBook } from "../failures/log-book.ts";
import { startTossMock, type TossMock, type TossMockOptions } from "../toss/mod.ts";

export interface Line {
  readonly productId: string;
  readonly name?: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

export const teaAndCup: readonly Line[] = [
  { productId: "tea", name: "녹차", quantity: 3, unitPrice: 12_000 },
  { productId: "cup", name: "<script>alert(1)</script>", quantity: 1, unitPrice: 3_000 },
];

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
}

const kim: Customer = { id: "customer-1", name: "김주문", phone: "010-1234-5678" };

/** A whole embedded app on loopback with its own Toss and data, and a shop's side of it. */
export interface ConsoleLab {
  /** Of the gateway, without a trailing slash. */
  readonly url: string;
  readonly mock: TossMock;
  /** What the app was configured with, for another process of the shop. */
  readonly settings: Env;
  post(path: string, body?: object): Promise<Response>;
  order(orderId: string): Promise<OrderView>;
  place(lines?: readonly Line[], customer?: Customer): Promise<string>;
  placePaid(lines?: readonly Line[], customer?: Customer): Promise<string>;
  /** Stops the app; what it has stored stays. */
  stop(): Promise<void>;
  /** Starts it again, at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface Guard {
  /** What makes the shop ask who calls. */
  readonly settings: Record<string, string>;
  /** Of a caller who may do everything. */
  readonly headers: Record<string, string>;
}

const unguarded: Guard = { settings: { AUTH: "dev" }, headers: {} };

/** Toss and the shop have one clock: the real one, unless it is given. */
export const openConsoleLab = async (
  toss: Pick<TossMockOptions, "clock" | "paidOutDateOf"> = {},
  guard: Guard = unguarded,
): Promise<ConsoleLab> => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-console-"));
  const mock = await startTossMock(toss);
  const settings: Record<string, string> = {
    PORT: "0",
    DATA_DIR: folder,
    TOSS_BASE_URL: mock.url,
    TOSS_SECRET_KEY: mock.secretKey,
    TOSS_MID: mock.mId,
    ...guard.settings,
    TOSS_MAX_PER_SECOND: "10000",
    AUTO_CONFIRM_DAYS: "60",
  };
  const startIt = () =>
    startApp(readConfig(settings), createLogBook(), { ...(toss.clock && { clock: { now: toss.clock } }) });
  let app: App | undefined = await startIt();
  const url = String(app.url).replace(/\/$/, "");
  const stop = async () => {
    await app?.stop();
    app = undefined;
  };

  const post = (path: string, body: object = {}) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: {
        ...guard.headers,
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
  const order = async (orderId: string) =>
    (await fetch(`${url}/orders/${orderId}`, { headers: guard.headers })).json() as Promise<OrderView>;
  const total = (lines: readonly Line[]) =>
    lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);

  const place = async (lines = teaAndCup, customer = kim) => {
    const response = await post("/orders", {
      customer,
      lines,
      totalAmount: total(lines),
    });
    return ((await response.json()) as CommandResult).orderId;
  };

  return {
    url,
    mock,
    settings,
    post,
    order,
    place,
    async placePaid(lines = teaAndCup, customer = kim) {
      const orderId = await place(lines, customer);
      const { paymentKey } = mock.authenticate({ orderId, amount: total(lines) });
      const paid = await post(`/orders/${orderId}/payment`, { paymentKey, amount: total(lines) });
      if (paid.status !== 200) throw new Error(`payment: ${paid.status} ${await paid.text()}`);
      return orderId;
    },
    stop,
    async start() {
      settings.PORT = new URL(url).port;
      app = await startIt();
    },
    async close() {
      await stop();
      await mock.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
