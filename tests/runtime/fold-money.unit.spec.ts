import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OrderWrite } from "../../actors/ports.ts";
import { createOrderCache } from "../../actors/runtime/cache.ts";
import { commitBatch } from "../../actors/runtime/commit.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { ORDER_ID } from "../machines/builders.ts";
import {
  capture,
  command,
  domain,
  fold,
  job,
  LEASE_MS,
  NOW,
  notice,
  ordered,
  paid,
  pay,
  paying,
  place,
  RETENTION_MS,
} from "./fold-builders.ts";

const CAPTURED_ON = "2026-11-23";

test("moneyDates_areLeftOut_noMoneyMoved", () => {
  expect(ordered().document).not.toHaveProperty("moneyDates");
  expect(paying().document).not.toHaveProperty("moneyDates");
});

test("moneyDates_haveTheDay_captureInTheSameBatchAsAll", () => {
  expect(fold(undefined, [place, pay, capture]).live.document.moneyDates).toEqual([CAPTURED_ON]);
});

test("moneyDates_areTheVerySame_commandsThatMoveNoMoney", () => {
  const before = paid();
  const after = fold(before, [notice("n1"), command("confirm", "purchase.confirm", {})]).live;
  expect(after.document.version).toBe(before.document.version + 1);
  expect(after.document.moneyDates).toBe(before.document.moneyDates);
});

test("moneyDates_gainTheDay_refund", () => {
  const cancellationId = "1";
  const after = fold(paid(), [
    command("cancel", "cancellation.request", { reason: "late" }),
    command("restock", "cancellation.restock", { cancellationId }),
    command("begin", "refund.begin", { cancellationId }),
    command("complete", "refund.complete", {
      cancellationId,
      amount: 10_000,
      transactionKey: "refund-1",
      canceledAt: "2026-12-01T00:00:00+09:00",
    }),
  ]).live;
  expect(after.document.moneyDates).toEqual([CAPTURED_ON, "2026-12-01"]);
});

test("moneyDates_areAddedByTheNextWrite_documentOfAnEarlierRelease", () => {
  const { document, snapshot } = paid();
  const { moneyDates: _, ...old } = document;
  expect(fold({ document: old, snapshot }, [notice("n1")]).live.document.moneyDates).toEqual([CAPTURED_ON]);
});

test("commitBatch_writesDaysOnlyWhenTheyChange_andTheStoreFindsThem", async () => {
  const folder = await mkdtemp(join(tmpdir(), "jumun-money-"));
  const store = await createSqliteStore({ path: join(folder, "orders.sqlite"), writer: "inline" });
  try {
    const days: OrderWrite["newMoneyDates"][] = [];
    const spied = {
      ...store,
      commit: async (writes: readonly OrderWrite[]) => {
        days.push(...writes.map(({ newMoneyDates }) => newMoneyDates));
        return store.commit(writes);
      },
    };
    const cache = createOrderCache(10);
    const commit = (...commands: (typeof place)[]) =>
      commitBatch(
        commands.map((one) => job({ command: one })),
        {
          domain,
          store: spied,
          cache,
          clock: { now: () => NOW },
          onDoubt: () => {},
          options: { replyRetentionMs: RETENTION_MS, effectLeaseMs: LEASE_MS },
        },
      );
    for (const one of [place, pay, capture, notice("n1")]) await commit(one);
    cache.clear(); // the next one is read from the store
    await commit(notice("n2"));
    expect(days).toEqual([undefined, undefined, [CAPTURED_ON], undefined, undefined]);
    const { orders } = await store.moneyMoved({ date: CAPTURED_ON, limit: 10 });
    expect(orders.map(({ orderId, version }) => [orderId, version])).toEqual([[ORDER_ID, 5]]);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});
