/** The runtime on the embedded store, 256 commands in flight, against bare SQLite writing the same bytes in the same batches. */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { OrderWrite } from "../../actors/ports.ts";
import { type OrderRow, prepareCommit, rowOf } from "../../actors/store/sqlite-commit.ts";
import { openDatabase } from "../../actors/store/sqlite-open.ts";
import { benchFolder } from "./folder.ts";
import { COMMANDS_PER_ORDER, drive, livesOf, recording } from "./load.ts";
import { report } from "./report.ts";
import { middleRound, rateOf } from "./rounds.ts";
import { openEmbedded, startStack } from "./stack.ts";

const ORDERS = 6_000;
/** So many that the compiler is done with what runs hot. */
const WARM_UP_ORDERS = 12_000;
const IN_FLIGHT = 256;
const ROUNDS = 5;

type Batches = readonly (readonly OrderWrite[])[];

const table = "CREATE TABLE documents (id TEXT PRIMARY KEY, document TEXT NOT NULL)";

/** SQLite as it comes, but for what makes a commit durable with one fsync: WAL and synchronous=FULL. */
const asItComes = (path: string): Database => {
  const database = new Database(path);
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run(table);
  return database;
};

/**
 * Document by order id and nothing else: the least that could be called a durable write of these bytes. The text is
 * made before the clock starts.
 */
const openBareFloor = (database: Database) => {
  const put = database.prepare(
    "INSERT INTO documents VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
  );
  const commit = database.transaction((rows: readonly (readonly [string, string])[]) => {
    for (const row of rows) put.run(...row);
  });
  return (batches: Batches, commands: number) => {
    const rows = batches.map((writes) =>
      writes.map(({ document }) => [document.orderId, JSON.stringify(document)] as const),
    );
    return rateOf(commands, () => {
      for (const batch of rows) commit.immediate(batch);
    });
  };
};

/** The same rows into Jumun's own table with its five indexes, compare-and-set included. */
const openTableFloor = (folder: string) => {
  const commit = prepareCommit(openDatabase(join(folder, "table.sqlite")));
  return (batches: Batches, commands: number) => {
    const rows: OrderRow[][] = batches.map((writes) => writes.map(rowOf));
    return rateOf(commands, () => {
      for (const batch of rows) commit(batch);
    });
  };
};

for (const writer of ["inline", "thread"] as const) {
  const folder = benchFolder();
  const { store, bus } = await openEmbedded(folder, writer);
  const recorder = recording(store);
  const stack = await startStack({ store: recorder.store, bus });
  const bareFloor = openBareFloor(asItComes(join(folder, "bare.sqlite")));
  // The same with the store's page size, cache and checkpoints, which cost the bare table less too.
  const tunedFloor = openBareFloor(openDatabase(join(folder, "tuned.sqlite"), table));
  const tableFloor = openTableFloor(folder);

  /** Each has its floors right after it, so that what else the machine does touches them alike. */
  const round = async (orders: number, name: string) => {
    const commands = orders * COMMANDS_PER_ORDER;
    const lives = livesOf(orders, name);
    const rate = await rateOf(commands, async () => {
      await drive(bus, lives, IN_FLIGHT);
      await stack.settled();
    });
    const batches = recorder.take();
    const writes = batches.flat();
    const bytes = writes.reduce((sum, { document }) => sum + JSON.stringify(document).length, 0);
    return {
      rate,
      bare: await bareFloor(batches, commands),
      tuned: await tunedFloor(batches, commands),
      own: await tableFloor(batches, commands),
      note: `${Math.round(bytes / writes.length)} B a write, ${Math.round(writes.length / batches.length)} writes a batch`,
    };
  };
  await round(WARM_UP_ORDERS, "warm-up-");
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let index = 0; index < ROUNDS; index += 1) rounds.push(await round(ORDERS, `${index}-`));

  const { rate, bare, tuned, own, note } = middleRound(rounds, (one) => one.rate / one.bare);
  const common = { value: rate, unit: "commands/s" };
  report({
    ...common,
    name: `embedded runtime, writer ${writer}`,
    floor: { name: "bare SQLite", value: bare },
    goal: { ratio: 0.5 },
    note,
  });
  report({
    ...common,
    name: "  the same",
    floor: { name: "bare SQLite, the store's settings", value: tuned },
  });
  report({ ...common, name: "  the same", floor: { name: "its own table and indexes", value: own } });
  await stack.stop();
}
process.exit(0);
