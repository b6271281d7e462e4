import { join } from "node:path";
import { createEmbeddedBus } from "../../actors/bus.embedded.ts";
import { type CommandBus, type Log, type OrderStore, silentLog, systemClock } from "../../actors/ports.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../actors/runtime/mod.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { createOrderDomain, defaultPolicy } from "../../machines/mod.ts";
import { instantToss } from "./load.ts";

/** A runtime at work on a store and a bus. */
export interface Stack {
  readonly store: OrderStore;
  readonly bus: CommandBus;
  readonly runtime: Runtime;
  /** Resolves when all that was handed in, and all that followed from it, is stored. */
  settled(): Promise<void>;
  /** Resolves when all events have left too. */
  published(): Promise<void>;
  stop(): Promise<void>;
}

export interface StackParts {
  readonly store: OrderStore;
  readonly bus: CommandBus;
  readonly options?: Partial<RuntimeOptions>;
}

const LOOK_EVERY_MS = 1;

/** Whatever the runtime complains of while it is measured makes the figure doubtful, so it is shown beside it. */
const complaints = (measured: () => boolean): Log => {
  const show = (level: string) => (fields: object, message: string) => {
    if (measured()) console.error(`  ${level}:`, message, fields);
  };
  return { ...silentLog, warn: show("warning"), error: show("error") };
};

export const startStack = async ({ store, bus, options = {} }: StackParts): Promise<Stack> => {
  const domain = createOrderDomain(defaultPolicy);
  let stopping = false;
  const runtime = createRuntime({
    domain,
    store,
    bus,
    toss: instantToss,
    clock: systemClock,
    log: complaints(() => !stopping),
    options,
  });
  await runtime.start();

  const until = async (done: () => boolean) => {
    while (!done()) await Bun.sleep(LOOK_EVERY_MS);
  };
  const isSettled = () => {
    const { queued, effectsRunning } = runtime.stats();
    return queued === 0 && effectsRunning === 0;
  };
  return {
    store,
    bus,
    runtime,
    settled: () => until(isSettled),
    published: () => until(() => isSettled() && runtime.stats().eventsWaiting === 0),
    async stop() {
      stopping = true;
      await runtime.stop();
      await bus.close();
      await store.close();
    },
  };
};

/** The embedded default's own store and bus. */
export const openEmbedded = async (folder: string, writer: "thread" | "inline" = "thread") => ({
  store: await createSqliteStore({ path: join(folder, "orders.sqlite"), writer }),
  bus: await createEmbeddedBus({ path: join(folder, "bus.sqlite") }),
});
