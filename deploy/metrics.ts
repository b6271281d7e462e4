import { Gauge, type Registry } from "prom-client";
import type { Trail } from "../actors/audit/trail.ts";
import type { OrderStore } from "../actors/ports.ts";
import type { Runtime } from "../actors/runtime/mod.ts";
import type { Toss } from "../actors/toss.ts";

const gaugesOf =
  (registry: Registry) =>
  (name: string, help: string, read: () => number | Promise<number>): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });

/** The audit trail's state, read at each scrape. */
export const registerAuditMetrics = (registry: Registry, trail: Pick<Trail, "stats">): void => {
  const gauge = gaugesOf(registry);
  const { stats } = trail;
  gauge(
    "jumun_audit_records_written",
    "Records of the audit trail written since the start.",
    () => stats().written,
  );
  gauge(
    "jumun_audit_write_failures",
    "Writes of the audit trail that failed since the start.",
    () => stats().failures,
  );
  gauge(
    "jumun_audit_facts_lost",
    "Facts that had no room while the trail could not be written.",
    () => stats().lost,
  );
  gauge("jumun_audit_facts_waiting", "Facts that wait to be written.", () => stats().factsWaiting);
  gauge(
    "jumun_audit_orders_unsealed",
    "Orders that changed here and are not sealed yet.",
    () => stats().unsealed,
  );
};

/** The runtime's state, read at each scrape. */
export const registerRuntimeMetrics = (
  registry: Registry,
  { runtime, toss, store }: { runtime: Runtime; toss: Toss; store: Pick<OrderStore, "effectsWaiting"> },
): void => {
  const gauge = gaugesOf(registry);
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
