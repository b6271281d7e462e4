import { hostname } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { createEmbeddedBus } from "../actors/bus.embedded.ts";
import { createOrderClient } from "../actors/client.ts";
import { type CommandBus, type Log, type OrderStore, systemClock } from "../actors/ports.ts";
import { createRuntime, type RuntimeOptions } from "../actors/runtime/mod.ts";
import { createSqliteStore } from "../actors/store.sqlite.ts";
import { createToss } from "../actors/toss.ts";
import { createGateway } from "../gateway/mod.ts";
import { createOrderDomain } from "../machines/mod.ts";
import { type Config, policyOf } from "./config.ts";
import { registerRuntimeMetrics } from "./metrics.ts";

export interface App {
  /** Where the gateway listens; undefined in a process that is only a runtime. */
  readonly url: string | undefined;
  /** Stops taking, finishes what was taken, lets go of everything. */
  stop(): Promise<void>;
}

/** Wires the rooms together as configured, and starts them. */
export const startApp = async (
  config: Config,
  log: Log,
  options: Partial<RuntimeOptions> = {},
): Promise<App> => {
  const domain = createOrderDomain(policyOf(config));
  const [store, bus] = await Promise.all([openStore(config, log), openBus(config, log)]);
  const toss = createToss({
    baseUrl: config.TOSS_BASE_URL,
    secretKey: config.TOSS_SECRET_KEY,
    timeoutMs: config.TOSS_TIMEOUT_MS,
    maxPerSecond: config.TOSS_MAX_PER_SECOND,
    maxConcurrent: config.TOSS_MAX_CONCURRENT,
    log,
  });
  const metrics = new Registry();
  const stops: (() => Promise<void>)[] = [];

  if (config.JUMUN_ROLE !== "gateway") {
    const runtime = createRuntime({
      domain,
      store,
      bus,
      toss,
      clock: systemClock,
      log,
      mId: config.TOSS_MID,
      owner: config.NATS_URL && `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`,
      options,
    });
    await runtime.start();
    registerRuntimeMetrics(metrics, runtime, toss);
    stops.push(() => runtime.stop());
  }

  let url: string | undefined;
  if (config.JUMUN_ROLE !== "runtime") {
    const gateway = createGateway({
      client: createOrderClient({ domain, store, bus }),
      config: {
        hostname: config.HOST,
        bodyLimit: config.BODY_LIMIT_BYTES,
        commandWaitMs: config.COMMAND_WAIT_MS,
        paymentWaitMs: config.PAYMENT_WAIT_MS,
      },
      log,
      clock: systemClock,
      metrics,
    });
    gateway.listen(config.PORT);
    url = gateway.server?.url.origin;
    stops.unshift(async () => void (await gateway.stop())); // the door closes first
  }

  return {
    url,
    async stop() {
      for (const stop of stops) await stop();
      await bus.close();
      await store.close();
    },
  };
};

/** The drivers of servers that are not used are not even loaded: the embedded default starts in a blink. */
const openStore = async (config: Config, log: Log): Promise<OrderStore> => {
  if (!config.MONGODB_URL) return createSqliteStore({ path: join(config.DATA_DIR, "orders.sqlite") });
  const { createMongoStore } = await import("../actors/store.mongo.ts");
  return createMongoStore({ url: config.MONGODB_URL, database: config.MONGODB_DATABASE, log });
};

const openBus = async (config: Config, log: Log): Promise<CommandBus> => {
  if (!config.NATS_URL) return createEmbeddedBus({ path: join(config.DATA_DIR, "bus.sqlite") });
  const { createNatsBus } = await import("../actors/bus.nats.ts");
  return createNatsBus({ urls: config.NATS_URL.split(","), log });
};
