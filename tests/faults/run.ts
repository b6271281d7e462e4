import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Evidence } from "./checker/evidence.ts";
import { checkAll, type Violation } from "./checker/mod.ts";
import { readEvidence } from "./gather/evidence.ts";
import type { Lane, Struck } from "./nemesis/fault.ts";
import { comeToRest } from "./rest.ts";
import { makeTraffic } from "./traffic.ts";
import { openWatch } from "./watch.ts";
import { openWorld } from "./world/open.ts";
import type { World } from "./world/world.ts";

export interface RunOptions {
  readonly seed: number;
  /** How long clients and nemesis are at work, in ms; to come to rest and to check takes time beside that. */
  readonly ms: number;
  readonly stack: "embedded" | "servers";
  readonly settlement: boolean;
  /** A defect, by its number. */
  readonly plant?: number | undefined;
  /** For logs and the record; emptied first. */
  readonly folder: string;
  lanesOf(world: World): readonly Lane[];
  /** Told each fault as it is healed, and each step. */
  tell(line: string): void;
}

export interface RunReport {
  readonly stack: string;
  readonly struck: readonly Struck[];
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
}

/** What two leases and a few tries take, on a machine with much other work. */
const REST_MS = 120_000;
/** With a defect some never do. */
const PLANTED_REST_MS = 25_000;

/** One stack, from its start over the faults to the verdict. */
export const run = async (options: RunOptions): Promise<RunReport> => {
  const { folder, stack, settlement, plant, tell, seed, ms } = options;
  rmSync(folder, { recursive: true, force: true });
  tell(`${stack}: starting`);
  await using opened = new AsyncDisposableStack();
  const world = await openWorld({ folder, stack, settlement, plant });
  opened.defer(() => world.close());
  const watch = await openWatch(world, seed);
  opened.defer(() => watch.close());

  const struck = await makeTraffic(world, watch, { seed, ms, tell, lanes: options.lanesOf(world) });
  const restMs = plant === undefined ? REST_MS : PLANTED_REST_MS;
  const promised = await comeToRest(world, watch, { restMs, tell });
  tell(`${stack}: reading what is stored`);
  const evidence = await readEvidence(world, watch, promised);
  const violations = checkAll(evidence);
  if (violations.length > 0) {
    writeFileSync(join(folder, "violations.json"), JSON.stringify({ seed, violations }, null, 2));
  }
  return { stack, struck, evidence, violations };
};
