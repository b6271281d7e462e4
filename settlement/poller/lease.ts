import type { Clock, Log } from "../../actors/ports.ts";
import type { KstDate } from "../../machines/mod.ts";
import { RetryableSettlementError } from "../errors.ts";
import type { RunStore } from "../ports.ts";
import type { Stop } from "./stop.ts";

export interface LeaseOptions {
  readonly store: RunStore;
  readonly date: KstDate;
  readonly owner: string;
  readonly ttlMs: number;
  /** How long to wait for another poller to finish, or for the lease of a killed one to run out. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly logger: Log;
}

export interface HeldLease {
  /** Call before each write. Renews a lease that is about to run out; throws DATE_LEASED once another one has it. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** How often a waiting poller asks, at most: a quarter of the lease's time, or this. */
const ASK_EVERY_MS = 1_000;

/**
 * Takes the date and keeps it while the run works. When it is lost all the same (the store was away for too long, or
 * this process stood still), the run is stopped with DATE_LEASED: the other one does the work. Throws DATE_LEASED when
 * another poller does not let go within `waitMs`.
 */
export const holdLease = async (options: LeaseOptions): Promise<HeldLease> => {
  const { store, date, owner, ttlMs, clock, stop, logger } = options;
  let until = await take(options);
  let renewing = Promise.resolve();
  let lost: RetryableSettlementError | undefined;

  const renewOnce = async () => {
    const askedAt = clock.now();
    if (lost) return;
    if (await store.lease(date, owner, askedAt, ttlMs)) until = askedAt + ttlMs;
    else {
      lost = takenOver(date);
      stop.now(lost);
    }
  };
  const renew = () => {
    const renewal = renewing.then(renewOnce);
    renewing = renewal.catch((error) =>
      logger.warn({ error, date }, "the date's lease could not be renewed"),
    );
    return renewal;
  };
  const timer = setInterval(() => void renew().catch(() => {}), ttlMs / 3);

  return {
    async check() {
      // A tenth before the end: a process that stood still must ask before it writes.
      if (clock.now() >= until - ttlMs / 10) await renew();
      if (lost) throw lost;
    },
    async release() {
      clearInterval(timer);
      // A renewal under way would take the date once more after it was given back.
      await renewing;
      await store.release(date, owner).catch((error) => {
        logger.warn(
          { error, date, ttlMs },
          "the date's lease could not be given back; it runs out by itself",
        );
      });
    },
  };
};

/** Resolves to when the lease runs out. */
const take = async ({ store, date, owner, ttlMs, waitMs, clock, stop, logger }: LeaseOptions) => {
  const deadline = performance.now() + waitMs;
  const everyMs = Math.min(ttlMs / 4, ASK_EVERY_MS);
  for (let told = false; ; told = true) {
    stop.signal.throwIfAborted();
    const askedAt = clock.now();
    const asked = store.lease(date, owner, askedAt, ttlMs);
    const taken = await stop.race(asked).catch(async (error) => {
      // It may have been taken all the same: nobody is to wait for a lease that no one uses.
      await asked.catch(() => {});
      await store.release(date, owner).catch(() => {});
      throw error;
    });
    if (taken) return askedAt + ttlMs;
    if (performance.now() + everyMs > deadline) throw leased(date);
    if (!told) logger.info({ date, waitMs }, "another poller has this date, or died with it; waiting");
    await stop.wait(everyMs);
  }
};

const leased = (date: KstDate): RetryableSettlementError =>
  new RetryableSettlementError("DATE_LEASED", {
    message:
      `Another poller works on ${date}. Nothing was read or produced. Let it finish, or run this date again later: ` +
      "after a kill its lease runs out by itself.",
  });

const takenOver = (date: KstDate): RetryableSettlementError =>
  new RetryableSettlementError("DATE_LEASED", {
    message:
      `The lease of ${date} ran out and another poller took it. What was checkpointed stays, and the other one ` +
      "continues from there. Nothing is to be done; should it happen often, see why this process or its store stalls.",
  });
