import type { Instant } from "../../machines/mod.ts";
import { isDamage } from "../errors.ts";
import type { Log } from "../ports.ts";
import type { AuditedOrders } from "./orders.ts";
import type { Head } from "./record.ts";

export interface CatchUp {
  /** Looks for orders written since then, `""` for all; those found are told again, whoever wrote them. */
  since(instant: Instant): Promise<void>;
  /** Some of it is not done. */
  readonly behind: boolean;
  /** Resolves when no order is looked for any more. */
  idle(): Promise<void>;
  stop(): void;
}

const PAGE = 50;
/**
 * Leaves the orders room while it looks through them: it rests nine times as long as it looked. Without that the first
 * minutes of a shop with a million orders went half to this.
 */
const REST = 9;
const LEAST_PAUSE_MS = 2;

/**
 * Finds orders that an earlier run, or another process that died, changed and did not seal. It may tell of one that is
 * sealed already: to seal it again harms nothing. Orders have no index by when they were written, which each write
 * would pay for; so it looks through all of them, in the background, a page at a time.
 */
export const createCatchUp = (parts: {
  readonly orders: Pick<AuditedOrders, "changed"> | undefined;
  readonly log: Log;
  /** How far before an instant it begins, in ms: longer than clocks differ and writes take. */
  readonly lookBackMs: number;
  readonly retryMs: number;
  onHead(head: Head): void;
}): CatchUp => {
  const { orders, log, lookBackMs, retryMs, onHead } = parts;
  let running = Promise.resolve();
  let [behind, stopped] = [false, false];

  const walk = async (changed: AuditedOrders["changed"], since: Instant): Promise<void> => {
    let [after, found]: [string | undefined, number] = ["", 0];
    while (after !== undefined && !stopped) {
      const startedAt = performance.now();
      try {
        const page = await changed({ since, after, limit: PAGE });
        page.heads.forEach(onHead);
        found += page.heads.length;
        after = page.next;
        if (after === undefined) break;
        await Bun.sleep(Math.max(LEAST_PAUSE_MS, REST * (performance.now() - startedAt)));
      } catch (error) {
        if (stopped || isDamage(error)) break; // which has been said, and stays so
        log.warn({ error }, "orders left unsealed could not be looked for; tried again");
        await Bun.sleep(retryMs);
      }
    }
    behind = after !== undefined;
    if (found > 0) log.info({ since, found }, "orders that may have been left unsealed are sealed");
  };

  return {
    since(instant) {
      if (!orders || stopped) return running;
      const from = instant === "" ? "" : new Date(Date.parse(instant) - lookBackMs).toISOString();
      behind = true;
      running = running.then(() => walk(orders.changed, from));
      return running;
    },
    get behind() {
      return behind;
    },
    idle: () => running,
    stop() {
      stopped = true;
    },
  };
};
