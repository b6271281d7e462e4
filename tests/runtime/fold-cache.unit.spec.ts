import { expect, test } from "bun:test";
import { createOrderCache } from "../../actors/runtime/cache.ts";
import type { LiveOrder } from "../../actors/runtime/fold.ts";
import { unwritten } from "../../actors/runtime/fold.ts";

const live = (orderId: string, version = 1): LiveOrder => ({
  document: { ...unwritten(orderId), version },
  snapshot: null,
});

test("get_findsTheNewestVersion_setTwice", () => {
  const cache = createOrderCache(2);
  cache.set(live("a", 1));
  cache.set(live("a", 2));
  expect(cache.get("a")?.document.version).toBe(2);
});

test("set_dropsTheOneLongestUnused_cacheIsFull", () => {
  const cache = createOrderCache(2);
  cache.set(live("a"));
  cache.set(live("b"));
  cache.get("a");
  cache.set(live("c"));
  expect(["a", "b", "c"].filter((id) => cache.get(id))).toEqual(["a", "c"]);
});

test("get_findsNothing_deletedOrCleared", () => {
  const cache = createOrderCache(2);
  cache.set(live("a"));
  cache.set(live("b"));
  cache.delete("a");
  expect(cache.get("a")).toBeUndefined();
  cache.clear();
  expect(cache.get("b")).toBeUndefined();
});
