import { hostname } from "node:os";
import { Registry } from "prom-client";
import { createTrail, type Trail } from "../actors/audit/trail.ts";
import { createEmbeddedBus } from "../actors/bus.embedded.ts";
import { createOrderClient } from "../actors/client.ts";
import { type Clock, type CommandBus, type Log, type OrderStore, systemClock } from "../actors/ports.ts";
import { createRuntime, defaultRuntimeOptions, type RuntimeOptions } from "../actors/runtime/mod.ts";
import { MOCK_SECRET_KEY } from "../actors/toss/mock-key.ts";
import { createToss, type Toss } from "../actors/toss.ts";
import { createGateway } from "../gateway/mod.ts";
import { createOrderDomain } from "../machines/mod.ts";
import { openAuditedOrders, openAuditStore } from "./audit-trail.ts";
import { openAuth } from "./auth.ts";
import { type Config, limitsOf, policyOf } from "./config.ts";
import { natsConnection } from "./connections/nats.ts";
import { inDataFolder } from "./data-folder.ts";
import { registerAuditMetrics, registerRuntimeMetrics } from "./metrics.ts";
import { openOrderStore } from "./order-store.ts";
import { openBooks } from "./settlement.ts";
import { cannotListen } from "./start-error.ts";

export interface App {
  /** Where the gateway listens; undefined in a process that is only a runtime. */
  readonly url: string | undefined;
  /** Stops taking, finishes what was taken, lets go of everything. */
  stop(): Promise<void>;
}

/** What is not for whoever configures a shop: tests bring their own time, and stand between the parts. */
export interface AppOptions extends Partial<RuntimeOptions> {
  readonly clock?: Clock;
  readonly around?: Around;
}

/** What takes a part's place, made from that part. */
export interface Around {
  store?(store: OrderStore): OrderStore;
  bus?(bus: CommandBus): CommandBus;
  toss?(toss: Toss): Toss;
}

/** Wires the rooms together as configured, and starts them. Whatever fails, nothing is left open. */
export const startApp = async (config: Config, log: Log, options: AppOptions = {}): Promise<App> => {
  const { clock = systemClock, around = {}, ...runtimeOptions } = options;
  const domain = createOrderDomain(policyOf(config));
  const tossItself = createToss({
    baseUrl: config.TOSS_BASE_URL,
    secretKey: config.TOSS_SECRET_KEY,
    timeoutMs: config.TOSS_TIMEOUT_MS,
    maxPerSecond: config.TOSS_MAX_PER_SECOND,
    maxConcurrent: config.TOSS_MAX_CONCURRENT,
    log,
  });
  const toss = around.toss?.(tossItself) ?? tossItself;
  const metrics = new Registry();
  await using opened = new AsyncDisposableStack(); // closed in reverse: the door first, the store last
  const storeItself = await openOrderStore(config, log);
  opened.defer(() => storeItself.close());
  const store = around.store?.(storeItself) ?? storeItself;
  const trail = await openTrail(config, { log, clock, opened });
  registerAuditMetrics(metrics, trail);
  const busItself = await openBus(config, log);
  opened.defer(() => busItself.close());
  const bus = around.bus?.(busItself) ?? busItself;

  let start = async () => {};
  if (config.JUMUN_ROLE !== "gateway") {
    const runtime = createRuntime({
      domain,
      store,
      bus,
      toss,
      clock,
      log,
      mId: config.TOSS_MID,
      audit: trail,
      owner: config.NATS_URL && `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`,
      options: runtimeOptions,
    });
    opened.defer(() => runtime.stop());
    registerRuntimeMetrics(metrics, { runtime, toss, store });
    start = runtime.start;
  }

  let url: string | undefined;
  if (config.JUMUN_ROLE !== "runtime") {
    const books = await openBooks(config, store, log);
    opened.defer(() => books.close());
    const gateway = createGateway({
      settlements: books.reader,
      audit: trail.tell,
      client: createOrderClient({ domain, store, bus }),
      config: {
        hostname: config.HOST,
        commandWaitMs: config.COMMAND_WAIT_MS,
        paymentWaitMs: config.PAYMENT_WAIT_MS,
        ...limitsOf(config),
        // Only of a Toss that this process calls itself; that of runtimes elsewhere may be real.
        ...(config.JUMUN_ROLE === "all" &&
          config.TOSS_SECRET_KEY === MOCK_SECRET_KEY && { tossMock: config.TOSS_BASE_URL }),
      },
      log,
      clock,
      metrics,
      ...openAuth(config, clock, log),
    });
    opened.defer(async () => void (await gateway.stop()));
    try {
      gateway.listen(config.PORT);
    } catch (error) {
      throw cannotListen(error, config);
    }
    url = gateway.server?.url.origin;
  }
  // Last: a process that can't listen must not have moved money. What arrives meanwhile waits in the bus.
  await start();

  const running = opened.move();
  return { url, stop: () => running.disposeAsync() };
};

/** Begun before anything is done, and ended after everything: its writes too go through what is closed later. */
const openTrail = async (
  config: Config,
  { log, clock, opened }: { log: Log; clock: Clock; opened: AsyncDisposableStack },
): Promise<Trail> => {
  const store = await openAuditStore(config, log);
  opened.defer(() => store.close());
  const orders = config.JUMUN_ROLE === "gateway" ? undefined : await openAuditedOrders(config, log);
  opened.defer(() => orders?.close());
  const trail = createTrail({
    store,
    orders,
    clock,
    log,
    run: `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`,
    alone: !config.NATS_URL,
    options: { sealEveryMs: config.AUDIT_SEAL_SECONDS * 1_000 },
  });
  await trail.start();
  opened.defer(() => trail.stop());
  return trail;
};

/** The driver of a server that is not used is not even loaded: the embedded default starts in a blink. */
const openBus = async (config: Config, log: Log): Promise<CommandBus> => {
  if (!config.NATS_URL) return createEmbeddedBus({ path: inDataFolder(config, "bus.sqlite"), log });
  const { createNatsBus } = await import("../actors/bus.nats.ts");
  return createNatsBus({
    ...natsConnection(config),
    role: config.JUMUN_ROLE,
    // As long as a lease: whoever takes over a dead process' partitions gets its unfinished commands with them.
    ackWaitMs: defaultRuntimeOptions.leaseTtlMs,
    log,
  });
};
