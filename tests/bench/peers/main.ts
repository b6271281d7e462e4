/** The same order life on Jumun and on its peers: `bun run bench:peers`. */
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BENCH_DIR } from "../folder.ts";
import { runBench } from "../runner.ts";
import { flagHelp, flagOptions, readFlags } from "./flags.ts";
import { readResults, sideBySide } from "./report.ts";
import { RESULTS_DIR } from "./section.ts";

rmSync(RESULTS_DIR, { recursive: true, force: true });
await runBench({
  name: "peers",
  about:
    "The life of an order (place, pay, cancel a part, restock, refund), durable at each step, on Jumun, Restate and DBOS,\n" +
    "driven over HTTP by one client. Downloads the peers' packages at the first run. Takes about 10 minutes. Linux.",
  folder: join(import.meta.dir, "sections"),
  sections: [
    { name: "ceilings", about: "what the client and the payment double can do by themselves" },
    { name: "jumun", about: "Jumun embedded" },
    {
      name: "jumun-nats-mongo",
      about: "Jumun on NATS and MongoDB's protocol",
      needs: { nats: true, mongodb: true },
    },
    { name: "restate", about: "Restate: the order as a virtual object" },
    { name: "dbos", about: "DBOS on PostgreSQL: a workflow for each command" },
  ],
  flags: { options: flagOptions, help: flagHelp, check: (args) => void readFlags(args) },
  sectionMs: 1_200_000,
});
const results = readResults();
if (results.length > 0) {
  const table = sideBySide(results);
  console.log(`\n${table}`);
  appendFileSync(join(BENCH_DIR, "peers.md"), `\n${table}\n`);
}
