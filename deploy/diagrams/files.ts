import type { AnyStateMachine } from "xstate";
import { placeChart } from "../../gateway/chart/layout.ts";
import { svgOf } from "../../gateway/chart/svg.ts";
import { chartOf } from "../../machines/chart.ts";
import { mermaidOf } from "./mermaid.ts";
import { statelyOf } from "./stately.ts";

/** The pictures of machines, text by file name. The same machines always give the same text. */
export const diagramFiles = async (
  machines: Readonly<Record<string, AnyStateMachine>>,
): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>();
  for (const [name, machine] of Object.entries(machines)) {
    const chart = chartOf(machine);
    files.set(`${name}.mmd`, mermaidOf(chart));
    files.set(`${name}.svg`, svgOf(await placeChart(chart, "wide")));
    files.set(`${name}.json`, `${JSON.stringify(statelyOf(machine), null, 2)}\n`);
  }
  return files;
};

/** The names of the files in `folder` that differ from these or are not there. */
export const staleFiles = async (files: ReadonlyMap<string, string>, folder: string): Promise<string[]> => {
  const stale: string[] = [];
  for (const [name, text] of files) {
    const file = Bun.file(`${folder}/${name}`);
    if (!(await file.exists()) || (await file.text()) !== text) stale.push(name);
  }
  return stale;
};
