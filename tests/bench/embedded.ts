/** The runtime on the embedded store, 256 commands in flight, against bare SQLite writing the same bytes in the same batches. */
import type { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmbeddedBus } from "../../actors/bus.embedded.ts";
import { type OrderWrite, silentLog, systemClock } from "../../actors/ports.ts";
import { createRuntime } from "../../actors/runtime/mod.ts";
import { prepareCommit, rowOf } from "../../actors/store/sqlite-commit.ts";
import { openDatabase } from "../../actors/store/sqlite-schema.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { createOrderDomain, defaultPolicy } from "../../machines/mod.ts";
import { COMMANDS_PER_ORDER, drive, instantToss, recording } from "./load.ts";
import { report } from "./report.ts";

const ORDERS = 10_000;
const IN_FLIGHT = 256;
const perSecond = (count: number, since: number) => (count / (performance.now() - since)) * 1000;

const measure = async (writer: "thread" | "inline", folder: string) => {
  const { batches, store } = recording(
    await createSqliteStore({ path: join(folder, "orders.sqlite"), writer }),
  );
  const bus = await createEmbeddedBus({ path: join(folder, "bus.sqlite") });
  const runtime = createRuntime({
    domain: createOrderDomain(defaultPolicy),
    store,
    bus,
    toss: instantToss,
    clock: systemClock,
    log: silentLog,
  });
  await runtime.start();
  await drive(bus, 500, IN_FLIGHT, "warm-up-");
  batches.length = 0;
  const since = performance.now();
  await drive(bus, ORDERS, IN_FLIGHT);
  const rate = perSecond(ORDERS * COMMANDS_PER_ORDER, since);
  await runtime.stop();
  await bus.close();
  await store.close();
  return { rate, batches };
};

/** Document by order id and nothing else: the least that could be called a durable write of these bytes. */
const bareFloor = (batches: readonly (readonly OrderWrite[])[], folder: string): number => {
  const table = "CREATE TABLE documents (id TEXT PRIMARY KEY, document TEXT NOT NULL)";
  const database = openDatabase(join(folder, "bare.sqlite"), table);
  const put = database.prepare(
    "INSERT INTO documents VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
  );
  const commit = database.transaction((rows: readonly (readonly [string, string])[]) => {
    for (const row of rows) put.run(...row);
  });
  const rows = batches.map((writes) =>
    writes.map(({ document }) => [document.orderId, JSON.stringify(document)] as const),
  );
  const since = performance.now();
  for (const batch of rows) commit.immediate(batch);
  const rate = perSecond(rows.flat().length, since);
  database.close();
  return rate;
};

/** The same rows into Jumun's own table with its five indexes, compare-and-set included. */
const tableFloor = (batches: readonly (readonly OrderWrite[])[], folder: string): number => {
  const database: Database = openDatabase(join(folder, "table.sqlite"));
  const commit = prepareCommit(database);
  const rows = batches.map((writes) => writes.map(rowOf));
  const since = performance.now();
  for (const batch of rows) commit(batch);
  const rate = perSecond(rows.flat().length, since);
  database.close();
  return rate;
};

for (const writer of ["inline", "thread"] as const) {
  const folder = mkdtempSync(join(tmpdir(), "jumun-bench-"));
  const { rate, batches } = await measure(writer, folder);
  const bare = bareFloor(batches, folder);
  const table = tableFloor(batches, folder);
  const bytes = batches.flat().reduce((sum, { document }) => sum + JSON.stringify(document).length, 0);
  const writes = batches.flat().length;
  const note = `${Math.round(bytes / writes)} B a write, ${Math.round(writes / batches.length)} writes a batch`;
  const name = `embedded runtime, writer ${writer}`;
  report({
    name,
    value: rate,
    unit: "commands/s",
    floor: { name: "bare SQLite", value: bare },
    goal: { ratio: 0.5 },
    note,
  });
  report({
    name: "  the same",
    value: rate,
    unit: "commands/s",
    floor: { name: "its own table and indexes", value: table },
  });
  rmSync(folder, { recursive: true });
}
process.exit(0);
