import { afterAll, beforeAll, expect, test } from "bun:test";
import type { OrderStore } from "../../actors/ports.ts";
import { createMongoStore } from "../../actors/store.mongo.ts";
import { type Mongodb, startMongodb } from "../../deploy/servers/mod.ts";

const STORES = 4;
const KILLS = 4;
/** A store finds its server again within a second; without end it did not. */
const BACK_MS = 20_000;
const TEST_MS = 240_000;

let mongodb: Mongodb;
beforeAll(async () => {
  // Its own, since it is killed.
  mongodb = await startMongodb({ log: () => {} });
}, TEST_MS);
afterAll(() => mongodb?.stop());

/** Asks without a pause until told to stop, whatever it is answered. Resolves once its last question was. */
const keepAsking = (store: OrderStore): { stop(): Promise<void> } => {
  let asking = true;
  const asked = (async () => {
    while (asking) await store.load(["order-1"]).catch(() => Bun.sleep(10));
  })();
  return {
    stop() {
      asking = false;
      return asked;
    },
  };
};

const within = <T>(ms: number, work: Promise<T>): Promise<T | "late"> =>
  Promise.race([work, Bun.sleep(ms).then((): "late" => "late")]);

test(
  "store_findsItsServerAgain_killedUnderLoad",
  async () => {
    const open = () => createMongoStore({ url: mongodb.url, database: "killed" });
    const stores = await Promise.all(Array.from({ length: STORES }, open));
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const load = stores.map(keepAsking);
      await Bun.sleep(200);
      await mongodb.ferretdb.kill();
      await Bun.sleep(300);
      await mongodb.ferretdb.restart();
      // Each question has an end, and the next one an answer.
      for (const one of load) expect(await within(BACK_MS, one.stop())).toBeUndefined();
      for (const store of stores) expect(await within(BACK_MS, store.load(["order-1"]))).toEqual(new Map());
    }
    for (const store of stores) await store.close();
  },
  TEST_MS,
);
