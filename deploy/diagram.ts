/**
 * Writes each machine as Mermaid, as a picture and as JSON for Stately Studio; with `--check` it only names the files
 * that are stale, and exits 1 when there are any. `--out` takes another folder than `machines/diagrams`.
 */
import { parseArgs } from "node:util";
import { machines } from "../machines/charts.ts";
import { diagramFiles, staleFiles } from "./diagrams/files.ts";

const { check, out } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    out: { type: "string", default: "machines/diagrams" },
  },
}).values;

const files = await diagramFiles(machines);
if (check) {
  const stale = await staleFiles(files, out);
  for (const name of stale) console.error(`${out}/${name} is stale: run \`bun run machine:diagram\``);
  if (stale.length === 0) console.log(`${out} is fresh`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const [name, text] of files) await Bun.write(`${out}/${name}`, text);
console.log(`${out}: ${[...files.keys()].join(", ")}`);
