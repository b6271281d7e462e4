import type { HistoryEntry } from "../../actors/document.ts";
import type { Fleet } from "../schemas/fleet.ts";

export type Transition = Pick<HistoryEntry, "type" | "at" | "from" | "to">;
type Flow = Fleet["flows"][number];

/** How far back flows are known, in whole seconds. */
export const WINDOW_SECONDS = 60;
/** The whole seconds of the window, and the one that runs. */
const BUCKETS = WINDOW_SECONDS + 1;

interface Bucket {
  readonly second: number;
  total: number;
  readonly flows: Map<string, Flow>;
}

/** The transitions of the last minute, by the second in which they happened. Times in epoch ms. */
export interface FlowWindow {
  /** One that happened longer ago than the window is left out; one from a clock that is ahead counts as of now. */
  add(transition: Transition, now: number): void;
  /** Along each way that was taken, the running second included. */
  flows(now: number): Flow[];
  /** Of each whole second, oldest first. */
  perSecond(now: number): number[];
  clear(): void;
}

/** A bucket a second, used again after a minute: its memory depends on the machine's ways, not on the traffic. */
export const createFlowWindow = (): FlowWindow => {
  let buckets: (Bucket | undefined)[] = [];

  const bucketOf = (second: number): Bucket => {
    const found = buckets[second % BUCKETS];
    if (found?.second === second) return found;
    const fresh = { second, total: 0, flows: new Map() };
    buckets[second % BUCKETS] = fresh;
    return fresh;
  };

  return {
    add({ type, at, from, to }, now) {
      const present = secondOf(now);
      const second = Math.min(secondOf(Date.parse(at)), present);
      if (!(second > present - BUCKETS)) return; // a time that can't be read is not within it either
      const bucket = bucketOf(second);
      bucket.total += 1;
      const way = `${type} ${from} ${to}`;
      const flow = bucket.flows.get(way);
      if (flow) flow.count += 1;
      else bucket.flows.set(way, { event: type, from, to, count: 1 });
    },
    flows(now) {
      const oldest = secondOf(now) - WINDOW_SECONDS;
      const sums = new Map<string, Flow>();
      for (const bucket of buckets) {
        if (!bucket || bucket.second < oldest) continue;
        for (const [way, flow] of bucket.flows) {
          const sum = sums.get(way);
          if (sum) sum.count += flow.count;
          else sums.set(way, { ...flow });
        }
      }
      return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
    },
    perSecond(now) {
      const oldest = secondOf(now) - WINDOW_SECONDS;
      return Array.from({ length: WINDOW_SECONDS }, (_, index) => {
        const bucket = buckets[(oldest + index) % BUCKETS];
        return bucket?.second === oldest + index ? bucket.total : 0;
      });
    },
    clear() {
      buckets = [];
    },
  };
};

const secondOf = (ms: number): number => Math.floor(ms / 1_000);
