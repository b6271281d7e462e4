/** The runtime on NATS and MongoDB's protocol, against bare bulk compare-and-set writes of the same documents in the same batches. */
import { type Collection, MongoClient } from "mongodb";
import { createNatsBus } from "../../actors/bus.nats.ts";
import type { OrderWrite } from "../../actors/ports.ts";
import { defaultRuntimeOptions } from "../../actors/runtime/mod.ts";
import { type StoredOrder, toStored } from "../../actors/store/mongo-documents.ts";
import { createMongoStore } from "../../actors/store.mongo.ts";
import { startServers } from "../../deploy/servers/mod.ts";
import { COMMANDS_PER_ORDER, drive, recording } from "./load.ts";
import { report } from "./report.ts";
import { median, rateOf } from "./rounds.ts";
import { startStack } from "./stack.ts";

const ORDERS = 300;
const WARM_UP_ORDERS = 60;
const IN_FLIGHT = 256;
const ROUNDS = 3;

type Batch = readonly OrderWrite[];

/**
 * One unordered `bulkWrite` a batch, each write a `replaceOne` with upsert whose filter names `_id` and the expected
 * version; `{ w: "majority", j: true }`; no index but `_id`; documents made before the clock starts. As many batches
 * under way at once as the runtime has lanes, each after those before it that hold one of its orders.
 */
const bareFloor = async (
  orders: Collection<StoredOrder>,
  batches: readonly Batch[],
  commands: number,
): Promise<number> => {
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
  const rate = await rateOf(commands, async () => {
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
const bus = await createNatsBus({ urls: [servers.natsUrl ?? ""] });
const recorder = recording(await createMongoStore({ url, database: "bench" }));
const stack = await startStack({ store: recorder.store, bus });
const client = new MongoClient(url, { writeConcern: { w: "majority", journal: true } });
const floorOrders = client.db("bench_floor").collection<StoredOrder>("orders");

const rounds: { rate: number; floor: number; batches: readonly Batch[] }[] = [];
for (let index = 0; index <= ROUNDS; index += 1) {
  const orders = index === 0 ? WARM_UP_ORDERS : ORDERS;
  const commands = orders * COMMANDS_PER_ORDER;
  const rate = await rateOf(commands, async () => {
    await drive(bus, orders, IN_FLIGHT, `${index}-`);
    await stack.settled();
  });
  // The sent marks of the last events go with the second; the floor is not to share the server with them.
  await Bun.sleep(1_500);
  const batches = recorder.take();
  const floor = await bareFloor(floorOrders, batches, commands);
  if (index > 0) rounds.push({ rate, floor, batches });
}

const batches = rounds.flatMap((round) => round.batches);
report({
  name: "NATS + MongoDB's protocol (FerretDB)",
  value: median(rounds.map(({ rate }) => rate)),
  unit: "commands/s",
  floor: { name: "bare bulk compare-and-set", value: median(rounds.map(({ floor }) => floor)) },
  goal: { ratio: 0.6 },
  note: `${Math.round(batches.flat().length / batches.length)} writes a batch`,
});
await stack.stop();
await client.close();
await servers.stop();
process.exit(0);
