import type { Log } from "../actors/ports.ts";
import { type Department, departments, type LoaderOptions } from "../settlement/consumers/mod.ts";
import { DEAD_TOPIC, ROWS_TOPIC } from "../settlement/poller/mod.ts";
import type { Ledgers, RecordLog, RowCodec } from "../settlement/ports.ts";

export interface LoaderParts {
  readonly log: RecordLog;
  readonly codec: RowCodec;
  readonly ledgers: Ledgers;
  readonly logger: Log;
}

/** The departments' loaders, all of them unless some are chosen. */
export const loadersOf = (
  { ledgers, ...parts }: LoaderParts,
  those: readonly Department[] = departments,
): LoaderOptions[] =>
  those.map(({ group, upsert }) => ({
    ...parts,
    topic: ROWS_TOPIC,
    deadTopic: DEAD_TOPIC,
    group,
    upsert: upsert(ledgers),
  }));
