import { createOrderClient, type OrderClient } from "../../actors/client.ts";
import type { Clock, Log, OrderStore } from "../../actors/ports.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../actors/runtime/mod.ts";
import { createToss, type TossOptions } from "../../actors/toss.ts";
import { devCaller } from "../../gateway/auth/dev.ts";
import { createGateway } from "../../gateway/mod.ts";
import { createOrderDomain, DAY_MS, defaultPolicy, type OrderPolicy } from "../../machines/mod.ts";
import { createFaultStore, type StoreFaults } from "./fault-store.ts";
import { mortal } from "./mortal.ts";
import type { Ground } from "./stacks.ts";
import { type BusFaults, createTestBus } from "./test-bus.ts";

/** One process in process: gateway, client, runtime and Toss client over a stack. */
export interface Node {
  readonly client: OrderClient;
  readonly runtime: Runtime;
  /** The store itself, as another process would see it: its commits meet no faults. */
  readonly store: OrderStore;
  readonly storeFaults: StoreFaults;
  readonly busFaults: BusFaults;
  /** Sends a request to the gateway. A POST has a key of its own unless one is given. */
  post(path: string, body?: unknown, options?: PostOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** Lets the gateway listen. Resolves to its origin. */
  listen(): string;
  stop(): Promise<void>;
  /** Ends as by `kill -9`: what is under way is never finished here. */
  kill(): Promise<void>;
}

export interface PostOptions {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface NodeOptions {
  readonly policy?: OrderPolicy;
  /** Shares the partitions with the other nodes that have an owner. */
  readonly owner?: string;
  /** Only takes requests and looks: its runtime is not started. */
  readonly gatewayOnly?: boolean;
  /** The merchant id that it takes for its own; left out: the mock's. */
  readonly mId?: string;
  readonly runtime?: Partial<RuntimeOptions>;
  readonly toss?: Partial<TossOptions>;
}

export interface NodeParts {
  readonly ground: Ground;
  readonly tossUrl: string;
  readonly secretKey: string;
  readonly mId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything that waits, waits in milliseconds. */
const quick: Omit<RuntimeOptions, "scanEveryMs"> = {
  maxBatch: 256,
  lanes: 2,
  cacheSize: 10_000,
  leaseTtlMs: 900,
  effectLeaseMs: 300,
  replyRetentionMs: 15 * DAY_MS,
  maxFailures: 3,
  redeliverAfterMs: 10,
  stopGraceMs: 3_000,
  retry: { firstMs: 20, maxMs: 150, giveUpAfterMs: 15 * DAY_MS },
};

/** Starts a node. Its runtime is taking commands once this resolves. */
export const startNode = async (parts: NodeParts, options: NodeOptions = {}): Promise<Node> => {
  const { ground, clock, log } = parts;
  const domain = createOrderDomain(options.policy ?? defaultPolicy);
  let dead = false;
  const isDead = () => dead;
  const real = { store: await ground.openStore(), bus: await ground.openBus() };
  const { store, faults: storeFaults } = createFaultStore(real.store);
  const { bus, faults: busFaults } = createTestBus(real.bus, isDead);
  const seen = { domain, store: mortal(store, isDead), bus };
  const toss = createToss({
    baseUrl: parts.tossUrl,
    secretKey: parts.secretKey,
    timeoutMs: 10_000,
    breaker: { halfOpenAfterMs: 100 },
    log,
    ...options.toss,
  });
  const runtime = createRuntime({
    ...seen,
    toss: mortal(toss, isDead),
    clock,
    log,
    mId: options.mId ?? parts.mId,
    owner: options.owner,
    options: { ...quick, scanEveryMs: ground.scanEveryMs, ...options.runtime },
  });
  const client = createOrderClient(seen);
  const gateway = createGateway({ client, log, clock, callerOf: devCaller, config: { stopGraceMs: 500 } });

  const close = async () => {
    await real.bus.close();
    await real.store.close();
  };
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await gateway.handle(new Request(`http://localhost${path}`, init));
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  };
  const node: Node = {
    client,
    runtime,
    store: real.store,
    storeFaults,
    busFaults,
    get: (path) => ask(path),
    post: (path, body, { key = crypto.randomUUID(), headers } = {}) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    listen() {
      gateway.listen(0);
      return `http://127.0.0.1:${gateway.server?.port}`;
    },
    async stop() {
      if (dead) return;
      if (gateway.server) await gateway.stop();
      await runtime.stop();
      dead = true;
      await close();
    },
    async kill() {
      dead = true;
      if (gateway.server) await gateway.stop(true);
      await close();
    },
  };
  try {
    if (!options.gatewayOnly) await runtime.start();
  } catch (error) {
    await node.kill();
    throw error;
  }
  return node;
};
