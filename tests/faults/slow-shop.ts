/**
 * A shop whose store gets through so many orders a second and no more, whatever machine it runs on: `deploy/main.ts` for
 * tests of overload. Settings: DATA_DIR, PORT, ORDERS_PER_SECOND.
 */
import { join } from "node:path";
import { createEmbeddedBus } from "../../actors/bus.embedded.ts";
import { createOrderClient } from "../../actors/client.ts";
import { type OrderStore, systemClock } from "../../actors/ports.ts";
import { createRuntime } from "../../actors/runtime/mod.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { createToss } from "../../actors/toss.ts";
import { createLog } from "../../deploy/log.ts";
import { devCaller } from "../../gateway/auth/dev.ts";
import { createGateway } from "../../gateway/mod.ts";
import { createOrderDomain, defaultPolicy } from "../../machines/mod.ts";

/** Writes are in line, each for its share of a second. */
const paced = (store: OrderStore, perSecond: number): OrderStore => {
  let freeAt = 0;
  return {
    ...store,
    async commit(writes) {
      const now = performance.now();
      freeAt = Math.max(freeAt, now) + (writes.length * 1_000) / perSecond;
      await Bun.sleep(freeAt - now);
      return store.commit(writes);
    },
  };
};

const { DATA_DIR = "", PORT, ORDERS_PER_SECOND } = process.env;
const log = createLog("warn");
const domain = createOrderDomain(defaultPolicy);
const sqlite = await createSqliteStore({ path: join(DATA_DIR, "orders.sqlite") });
const store = paced(sqlite, Number(ORDERS_PER_SECOND));
const bus = await createEmbeddedBus({ path: join(DATA_DIR, "bus.sqlite") });
const toss = createToss({ baseUrl: "http://127.0.0.1:9", secretKey: "test_sk_none", log });
const runtime = createRuntime({ domain, store, bus, toss, clock: systemClock, log });
createGateway({
  client: createOrderClient({ domain, store, bus }),
  log,
  clock: systemClock,
  callerOf: devCaller,
}).listen(Number(PORT));
await runtime.start();
