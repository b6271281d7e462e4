import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OrderStore } from "../../actors/ports.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { nextOf, put, someDocument, writeOf } from "./store-fixtures.ts";

describe("what only SQLite's transactions can promise", () => {
  let folder: string;
  let store: OrderStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "jumun-sqlite-"));
    store = await createSqliteStore({ path: join(folder, "orders.sqlite") });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test("commit_leavesThePaymentKeyFree_itsWriteLostTheRace", async () => {
    const [loser, other] = [someDocument(), someDocument()];
    await put(store, loser);
    const late = nextOf(nextOf(loser));
    const writes = [
      { ...writeOf(late), claims: ["key-1"] },
      { ...writeOf(other), claims: ["key-1"] },
    ];
    expect(await store.commit(writes)).toEqual(new Set([other.orderId]));
    const owners = await store.claimPaymentKeys([{ paymentKey: "key-1", orderId: loser.orderId }]);
    expect(owners).toEqual(new Map([["key-1", other.orderId]]));
  });
});
