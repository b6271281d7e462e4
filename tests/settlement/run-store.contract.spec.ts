import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { PageCheckpoint, RunRecord, RunStore } from "../../settlement/ports.ts";
import { emptyTotals, totalsOf } from "../../settlement/totals.ts";
import { DATE, someRows } from "./poller-rows.ts";
import { type RunStoreWorld, runStoreAdapters } from "./run-store-adapters.ts";

const NEXT_DATE = "2026-11-23";

const somePage = (page: number): PageCheckpoint => ({ page, ...totalsOf(someRows(page, page + 2)) });

const someRun: RunRecord = {
  date: DATE,
  status: "running",
  startedAt: "2026-11-20T00:00:00.000Z",
  passes: 0,
};

const finishedRun: RunRecord = {
  ...someRun,
  status: "complete",
  finishedAt: "2026-11-20T00:01:00.000Z",
  passes: 2,
  totals: {
    rows: 100_000_000,
    malformed: 3,
    amount: Number.MAX_SAFE_INTEGER,
    fee: -5,
    payOutAmount: Number.MIN_SAFE_INTEGER,
    digest: "00ff00ff00ff00ff00ff00ff00ff00ff",
  },
};

describe.each(runStoreAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "store contract [%s] runs",
  (_, adapter) => {
    let world: RunStoreWorld;
    let store: RunStore;

    beforeEach(async () => {
      world = await adapter.create();
      store = await world.open();
    });
    afterEach(() => world.dispose());

    test("run_isUndefined_dateNeverPolled", async () => {
      expect(await store.run(DATE)).toBeUndefined();
      expect(await store.pages(DATE)).toEqual([]);
    });

    test("saveRun_isThere_afterReopen", async () => {
      await store.saveRun(finishedRun);
      expect(await (await world.open()).run(DATE)).toEqual(finishedRun);
    });

    test("runs_areThoseOfTheRange_bothDaysIncludedOldestFirst", async () => {
      const dates = ["2026-11-23", "2026-11-19", "2026-11-20", "2026-11-24"];
      for (const date of dates) await store.saveRun({ ...finishedRun, date });
      const found = await store.runs("2026-11-20", "2026-11-23");
      expect(found).toEqual(["2026-11-20", "2026-11-23"].map((date) => ({ ...finishedRun, date })));
      expect(await store.runs("2026-12-01", "2026-12-31")).toEqual([]);
      expect(await store.runs("2026-11-23", "2026-11-20")).toEqual([]);
    });

    test("saveRun_replacesTheWhole_anotherRunOfTheDate", async () => {
      await store.saveRun(finishedRun);
      await store.saveRun(someRun);
      expect(await store.run(DATE)).toEqual(someRun);
      expect(await store.run(NEXT_DATE)).toBeUndefined();
    });

    test("saveRun_keepsTotalsOfNothing_dateWithoutRows", async () => {
      const run = { ...someRun, totals: emptyTotals };
      await store.saveRun(run);
      expect(await store.run(DATE)).toEqual(run);
    });

    test("savePage_isThere_afterReopen", async () => {
      await store.savePage(DATE, somePage(1));
      expect(await (await world.open()).pages(DATE)).toEqual([somePage(1)]);
    });

    test("pages_comeInOrder_savedInAnyOrder", async () => {
      for (const page of [11, 2, 100, 1, 20_000]) await store.savePage(DATE, somePage(page));
      expect(await store.pages(DATE)).toEqual([1, 2, 11, 100, 20_000].map(somePage));
    });

    test("pages_areAllThere_savedAtOnce", async () => {
      const pages = Array.from({ length: 20 }, (_, index) => somePage(index + 1));
      await Promise.all(pages.map((page) => store.savePage(DATE, page)));
      expect(await store.pages(DATE)).toEqual(pages);
    });

    test("savePage_replaces_samePageWithOtherRows", async () => {
      await store.savePage(DATE, somePage(1));
      const other = { ...somePage(7), page: 1 };
      await store.savePage(DATE, other);
      expect(await store.pages(DATE)).toEqual([other]);
    });

    test("pages_keepToTheirDate_severalDates", async () => {
      await store.savePage(DATE, somePage(1));
      await store.savePage(NEXT_DATE, somePage(2));
      expect(await store.pages(DATE)).toEqual([somePage(1)]);
      expect(await store.pages(NEXT_DATE)).toEqual([somePage(2)]);
    });

    test("dropPages_forgetsFromThere_andNothingElse", async () => {
      for (const page of [1, 2, 10, 11]) await store.savePage(DATE, somePage(page));
      await store.savePage(NEXT_DATE, somePage(10));
      await store.dropPages(DATE, 10);
      expect(await store.pages(DATE)).toEqual([somePage(1), somePage(2)]);
      expect(await store.pages(NEXT_DATE)).toEqual([somePage(10)]);
      await store.dropPages(DATE, 10);
      await store.dropPages(DATE, 1);
      expect(await store.pages(DATE)).toEqual([]);
    });

    test("lease_isOnlyForOne_twoAsk", async () => {
      const other = await world.open();
      expect(await store.lease(DATE, "a", 1_000, 500)).toBe(true);
      expect(await other.lease(DATE, "b", 1_499, 500)).toBe(false);
      expect(await other.lease(NEXT_DATE, "b", 1_499, 500)).toBe(true);
    });

    test("lease_goesToExactlyOne_allAskAtOnce", async () => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => world.open()));
      const taken = await Promise.all(
        stores.map((one, index) => one.lease(DATE, `owner-${index}`, 1_000, 500)),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    test("lease_goesToExactlyOne_allAskForTheExpiredOneAtOnce", async () => {
      await store.lease(DATE, "killed", 0, 500);
      const stores = await Promise.all(Array.from({ length: 4 }, () => world.open()));
      const taken = await Promise.all(
        stores.map((one, index) => one.lease(DATE, `owner-${index}`, 500, 500)),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    test("lease_countsForNothing_takenBeforeTheClockWasSetBackADay", async () => {
      expect(await store.lease(DATE, "killed", 24 * 60 * 60_000, 500)).toBe(true);
      expect(await store.lease(DATE, "here", 0, 500)).toBe(true);
    });

    test("lease_isProlonged_sameOwnerAgain", async () => {
      await store.lease(DATE, "a", 1_000, 500);
      expect(await store.lease(DATE, "a", 1_400, 500)).toBe(true);
      expect(await store.lease(DATE, "b", 1_899, 500)).toBe(false);
      expect(await store.lease(DATE, "b", 1_900, 500)).toBe(true);
      expect(await store.lease(DATE, "a", 1_901, 500)).toBe(false);
    });

    test("release_freesTheDate_onlyForItsOwner", async () => {
      await store.lease(DATE, "a", 1_000, 500);
      await store.release(DATE, "b");
      expect(await store.lease(DATE, "b", 1_001, 500)).toBe(false);
      await store.release(DATE, "a");
      expect(await store.lease(DATE, "b", 1_002, 500)).toBe(true);
      await store.release(NEXT_DATE, "a");
    });

    test("everyCall_isStoreUnavailable_closedStore", async () => {
      const closed = await world.open();
      await closed.close();
      const calls = [
        () => closed.run(DATE),
        () => closed.runs(DATE, NEXT_DATE),
        () => closed.pages(DATE),
        () => closed.saveRun(someRun),
        () => closed.savePage(DATE, somePage(1)),
        () => closed.dropPages(DATE, 1),
        () => closed.lease(DATE, "a", 1, 1),
        () => closed.release(DATE, "a"),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    });
  },
);
