/** The benches of the console's server side: `bun run bench:console`. */
import { join } from "node:path";
import { runBench } from "./runner.ts";

await runBench({
  name: "console",
  about: "Benches of the console's live data, embedded. Takes about 2 minutes.",
  folder: join(import.meta.dir, "console"),
  sections: [
    { name: "first-look", about: "all of 100,000 orders at a glance against reading 5 of them" },
    { name: "viewers", about: "orders placed while 200 watch, against none" },
  ],
  sectionMs: 180_000,
});
