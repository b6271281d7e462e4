import { Gauge, type Registry } from "prom-client";
import type { OrderStore } from "../actors/ports.ts";
import type { Runtime } from "../actors/runtime/mod.ts";
import type { Toss } from "../actors/toss.ts";

/** The runtime's state, read at each scrape. */
export const registerRuntimeMetrics = (
  registry: Registry,
  { runtime, toss, store }: { runtime: Runtime; toss: Toss; store: Pick<OrderStore, "effectsWaiting"> },
): void => {
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  const circuits = { closed: 0, halfOpen: 1, open: 2 } as const;
  gauge("jumun_runtime_commands_queued", "Commands taken and not yet stored.", () => runtime.stats().queued);
  gauge("jumun_runtime_orders_written", "Order writes since the start.", () => runtime.stats().committed);
  gauge("jumun_runtime_effects_running", "Calls to Toss under way.", () => runtime.stats().effectsRunning);
  gauge(
    "jumun_runtime_events_waiting",
    "Orders with events to publish.",
    () => runtime.stats().eventsWaiting,
  );
  gauge(
    "jumun_effects_waiting",
    "Effects of all orders that wait for an operator; NaN while the store does not tell.",
    () => store.effectsWaiting().catch(() => Number.NaN),
  );
  gauge(
    "jumun_runtime_partitions",
    "Partitions that this process works on.",
    () => runtime.stats().partitions.length,
  );
  gauge(
    "jumun_toss_circuit",
    "Circuit to Toss: 0 closed, 1 half open, 2 open.",
    () => circuits[toss.circuit()],
  );
};
