/** What happens as the orders grow in number: `bun run bench:growth`. */
import { join } from "node:path";
import { flagHelp, flagOptions, readFlags } from "./growth/flags.ts";
import { runBench } from "./runner.ts";

await runBench({
  name: "growth",
  about:
    "Whole lives of new orders over HTTP, and reads of old ones, as the store grows; and with one runtime process and two.\n" +
    "Takes about 12 minutes, most of it to fill the store. Linux.",
  folder: join(import.meta.dir, "growth"),
  sections: [
    { name: "embedded", about: "the embedded default with up to a million orders" },
    {
      name: "runtimes",
      about: "one and two runtime processes on NATS and MongoDB's protocol",
      needs: { nats: true, mongodb: true },
    },
  ],
  flags: { options: flagOptions, help: flagHelp, check: (args) => void readFlags(args) },
  sectionMs: 3_600_000,
});
