/** The runtime on NATS and MongoDB's protocol, against bare bulk compare-and-set writes of the same documents in the same batches. */
import { type Collection, MongoClient } from "mongodb";
import { createNatsBus } from "../../actors/bus.nats.ts";
import type { OrderWrite } from "../../actors/ports.ts";
import { defaultRuntimeOptions } from "../../actors/runtime/mod.ts";
import { type StoredOrder, toStored } from "../../actors/store/mongo-documents.ts";
import { createMongoStore } from "../../actors/store.mongo.ts";
import { startServers } from "../../deploy/servers/mod.ts";
import { COMMANDS_PER_ORDER, counting, drive, EVENTS_PER_ORDER, livesOf, recording } from "./load.ts";
import { report } from "./report.ts";
import { middleRound, rateOf } from "./rounds.ts";
import { startStack } from "./stack.ts";

/** Few, for FerretDB looks through the whole collection at each update: 500 a second at the most, and ever fewer. */
const ORDERS = 100;
const IN_FLIGHT = 64;
const ROUNDS = 3;
const COMMANDS = ORDERS * COMMANDS_PER_ORDER;

type Batch = readonly OrderWrite[];

/**
 * One unordered `bulkWrite` a batch, each write a `replaceOne` with upsert whose filter names `_id` and the expected
 * version; `{ w: "majority", j: true }`; no index but `_id`; documents made before the clock starts. As many batches
 * under way at once as the runtime has lanes, each after those before it that hold one of its orders.
 */
const bareFloor = async (orders: Collection<StoredOrder>, batches: readonly Batch[]): Promise<number> => {
  const bulks = batches.map((batch) => ({
    orderIds: batch.map(({ document }) => document.orderId),
    operations: batch.map(({ document, expectedVersion }) => ({
      replaceOne: {
        filter: { _id: document.orderId, version: expectedVersion },
        replacement: toStored(document),
        upsert: true,
      },
    })),
  }));
  const writes = batches.flat().length;
  let written = 0;
  const rate = await rateOf(COMMANDS, async () => {
    const newest = new Map<string, Promise<void>>();
    const left = bulks.values();
    const lane = async () => {
      for (const { orderIds, operations } of left) {
        const before = orderIds.map((orderId) => newest.get(orderId));
        const writing = Promise.all(before).then(async () => {
          const { matchedCount, upsertedCount } = await orders.bulkWrite(operations, { ordered: false });
          written += matchedCount + upsertedCount;
        });
        for (const orderId of orderIds) newest.set(orderId, writing);
        await writing;
      }
    };
    await Promise.all(Array.from({ length: defaultRuntimeOptions.lanes }, lane));
  });
  if (written !== writes) throw new Error(`The floor wrote ${written} of ${writes} documents.`);
  return rate;
};

const servers = await startServers({ nats: true, mongodb: true });
const url = servers.mongodbUrl ?? "";
const bus = counting(await createNatsBus({ urls: [servers.natsUrl ?? ""] }));
const recorder = recording(await createMongoStore({ url, database: "bench" }));
const stack = await startStack({
  store: recorder.store,
  bus: bus.bus,
});
const client = new MongoClient(url, { writeConcern: { w: "majority", journal: true } });
const ordersOf = (database: string) => client.db(database).collection<StoredOrder>("orders");

const rounds: { rate: number; floor: number; batches: readonly Batch[] }[] = [];
// The first warms up.
for (let index = 0; index <= ROUNDS; index += 1) {
  const lives = livesOf(ORDERS, `${index}-`);
  const rate = await rateOf(COMMANDS, async () => {
    await drive(bus.bus, lives, IN_FLIGHT);
    await stack.settled();
    await bus.untilLeft(ORDERS * EVENTS_PER_ORDER);
  });
  const batches = recorder.take();
  const floor = await bareFloor(ordersOf("bench_floor"), batches);
  if (index > 0) rounds.push({ rate, floor, batches });
  for (const database of ["bench", "bench_floor"]) await ordersOf(database).deleteMany({});
}

const { rate, floor, batches } = middleRound(rounds, (one) => one.rate / one.floor);
report({
  name: "NATS + MongoDB's protocol (FerretDB)",
  value: rate,
  unit: "commands/s",
  floor: { name: "bare bulk compare-and-set", value: floor },
  goal: { ratio: 0.6 },
  note: `${Math.round(batches.flat().length / batches.length)} writes a batch; events included`,
});
await stack.stop();
await client.close();
await servers.stop();
process.exit(0);
