/**
 * A loader in a process of its own, killed by itself: `bun loader-that-dies.ts <folder> <department> <batch>
 * <before|after>`. At its `batch`-th write it dies by SIGKILL, before the write or after it; either way before the
 * batch's place is stored.
 */
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { departments, runLoader } from "../../settlement/consumers/mod.ts";
import { createSqliteLedgers } from "../../settlement/ledgers.sqlite.ts";
import { createSqliteLog } from "../../settlement/log.sqlite.ts";
import { DEAD, placesIn, TOPIC } from "./consumers-lab.ts";

const [folder = "", name, batch, when] = process.argv.slice(2);
const department = departments.find((one) => one.name === name);
if (!department) throw new Error(`There is no department ${name}.`);

const log = await createSqliteLog({ ...placesIn(folder).log, pollMs: 5, leaseMs: 300 });
const upsert = department.upsert(createSqliteLedgers(placesIn(folder).ledgers));
let writes = 0;

const loader = await runLoader({
  log,
  codec: await createRowCodec(),
  topic: TOPIC,
  group: department.group,
  deadTopic: DEAD,
  maxBatch: 10,
  async upsert(rows) {
    writes += 1;
    if (writes === Number(batch) && when === "before") process.kill(process.pid, "SIGKILL");
    await upsert(rows);
    if (writes === Number(batch)) process.kill(process.pid, "SIGKILL");
  },
});
await loader.ended;
