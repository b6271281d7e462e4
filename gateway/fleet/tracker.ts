import { RetryableError } from "../../actors/errors.ts";
import { type OrderState, orderStates } from "../../machines/mod.ts";
import type { Fleet } from "../schemas/fleet.ts";
import type { Services } from "../services.ts";
import { createStateCounts } from "./counts.ts";
import { createFlowWindow, WINDOW_SECONDS } from "./flows.ts";
import { createSeen } from "./seen.ts";
import { countPayingUnknown } from "./stuck.ts";

/** Orders whose newest event is remembered: as many as move in a minute at 1,000 transitions a second. */
const REMEMBERED = WINDOW_SECONDS * 1_000;
/** Numbers of what is stuck are asked for no more often than this. */
const STUCK_MS = 3_000;

/** What is stuck, but for the failed refunds, which the counts tell. */
type SlowNumbers = Omit<Fleet["stuck"], "refundFailed">;

/** All orders at a glance, for whoever looks. */
export interface FleetTracker {
  /** As it stands now. Rejects when store or bus is away. */
  look(): Promise<Fleet>;
}

/**
 * One a gateway. It listens to all events from the first look on, and stops some minutes after the last: a shop that
 * nobody watches pays nothing, at the price that the first to look sees flows grow from none, which `since` tells. An
 * event costs some look-ups in memory; a look costs what it costs to read some counts, whatever the number of orders.
 * What happened while the bus was away is missing from the flows, and only from them where the store keeps the counts.
 */
export const createFleetTracker = (services: Services): FleetTracker => {
  const { client, clock, config, log, closing } = services;
  const window = createFlowWindow();
  const seen = createSeen(REMEMBERED);
  const counts = createStateCounts({ client, clock, log });
  let listening: Promise<() => void> | undefined;
  let since = 0;
  let lingering: ReturnType<typeof setTimeout> | undefined;
  let stuck: { readonly at: number; readonly numbers: Promise<SlowNumbers> } | undefined;

  const listen = (): Promise<() => void> => {
    since = clock.now();
    return client.subscribe(undefined, ({ orderId, entry }) => {
      if (!seen.isNew(orderId, entry.seq)) return;
      window.add(entry, clock.now());
      counts.move(entry);
    });
  };

  const stopListening = () => {
    clearTimeout(lingering);
    listening?.then((unsubscribe) => unsubscribe()).catch(() => {});
    listening = undefined;
    seen.clear();
    window.clear();
    counts.forget();
  };
  closing.addEventListener("abort", stopListening);

  const ensureListening = async () => {
    if (closing.aborted) {
      throw new RetryableError("SHUTTING_DOWN", { message: "This process is stopping. Ask again." });
    }
    clearTimeout(lingering);
    lingering = setTimeout(stopListening, config.fleetLingerMs);
    lingering.unref();
    listening ??= listen();
    const mine = listening;
    await mine.catch((error) => {
      if (listening === mine) listening = undefined;
      throw error;
    });
  };

  const readStuck = async (states: ReadonlyMap<OrderState, number>): Promise<SlowNumbers> => {
    const [paying, effectsWaiting, deadLetters] = await Promise.all([
      countPayingUnknown(services, states.get("paying") ?? 0),
      client.effectsWaiting(),
      client.deadLetterCount(),
    ]);
    return { ...paying, effectsWaiting, deadLetters };
  };

  /** Shared by all who look within a few seconds. */
  const stuckNumbers = (states: ReadonlyMap<OrderState, number>): Promise<SlowNumbers> => {
    const now = clock.now();
    if (stuck && now - stuck.at < STUCK_MS) return stuck.numbers;
    const mine = { at: now, numbers: readStuck(states) };
    stuck = mine;
    mine.numbers.catch(() => {
      if (stuck === mine) stuck = undefined;
    });
    return mine.numbers;
  };

  return {
    async look() {
      await ensureListening();
      const states = await counts.read();
      const numbers = await stuckNumbers(states);
      const now = clock.now();
      return {
        at: new Date(now).toISOString(),
        since: new Date(Math.max(since, now - WINDOW_SECONDS * 1_000)).toISOString(),
        total: states.values().reduce((sum, count) => sum + count, 0),
        counts: countsOf(states),
        flows: window.flows(now),
        perSecond: window.perSecond(now),
        stuck: { ...numbers, refundFailed: states.get("refundFailed") ?? 0 },
      };
    },
  };
};

const countsOf = (states: ReadonlyMap<OrderState, number>): Fleet["counts"] =>
  Object.fromEntries(orderStates.map((state) => [state, states.get(state) ?? 0])) as Fleet["counts"];
