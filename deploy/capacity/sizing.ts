import { type Judgement, judge, type Run } from "./judge.ts";
import { ROWS_A_DAY } from "./options.ts";

/** A pace, and whether more of it may be there: nothing was measured that it could not do. */
export interface Pace {
  /** Rows a second. */
  readonly rate: number;
  readonly atLeast: boolean;
}

/** What a day's rows in a window ask for, beside what was measured. */
export interface Sizing {
  readonly rowsADay: number;
  readonly windowHours: number;
  readonly headroom: number;
  /** Rows a second, without and with headroom. */
  readonly needed: number;
  readonly planned: number;
  readonly poller: Pace;
  readonly broker: Pace;
  readonly loader: Pace;
  /** In which one poller produces a day's rows, with headroom. */
  readonly pollerHours: number;
  /** Clusters like the one that was measured, as one; and the partitions of the rows' topic there. */
  readonly clusters: number;
  readonly partitions: number;
  /** Of each department's group. */
  readonly loaders: number;
  /** Of one day, on all brokers together, before compression. */
  readonly diskBytes: number;
  /** What a loader that was away for ten minutes reads; it comes from memory when the brokers have so much to spare. */
  readonly cacheBytes: number;
}

const HEADROOM = 2;
const AWAY_S = 600;

export interface SizingFacts {
  readonly windowHours: number;
  readonly recordBytes: number;
  readonly replicas: number;
  readonly partitions: number;
  /** Every run on so many partitions. */
  readonly runs: readonly Run[];
  /** What Kafka's own producer came to as fast as it could. */
  readonly toolRates: readonly number[];
}

/** Pure. */
export const sizingOf = (facts: SizingFacts): Sizing => {
  const { windowHours, recordBytes, replicas, runs, toolRates } = facts;
  const needed = ROWS_A_DAY / (windowHours * 3_600);
  const planned = HEADROOM * needed;
  const judged = runs.map((run) => ({ run, judgement: judge(run) }));
  const poller = paceOf(
    judged,
    ({ judgement }) => !judgement.paceHolds,
    ({ run }) => run.series.achieved,
  );
  const loader = paceOf(
    judged,
    ({ judgement }) => judgement.lag.growing,
    ({ run, judgement }) => run.series.achieved - Math.max(0, judgement.lag.slope),
  );
  // As fast as it can, Kafka's own producer shows what there is; ours may have shown more at another moment.
  const tool = Math.max(0, ...toolRates);
  const broker = tool > poller.rate ? { rate: tool, atLeast: false } : poller;
  const clusters = Math.max(1, Math.ceil(planned / broker.rate));
  const loaders = Math.max(1, Math.ceil(planned / loader.rate));
  return {
    ...{ rowsADay: ROWS_A_DAY, windowHours, headroom: HEADROOM, needed, planned, poller, broker, loader },
    pollerHours: (HEADROOM * ROWS_A_DAY) / poller.rate / 3_600,
    ...{ clusters, loaders, partitions: Math.max(facts.partitions * clusters, loaders) },
    diskBytes: ROWS_A_DAY * recordBytes * replicas,
    cacheBytes: planned * AWAY_S * recordBytes,
  };
};

interface Judged {
  readonly run: Run;
  readonly judgement: Judgement;
}

/** The best of all runs, exact when one of them asked for more than there was. */
const paceOf = (
  judged: readonly Judged[],
  exhausted: (one: Judged) => boolean,
  rate: (one: Judged) => number,
): Pace => ({
  rate: Math.max(1, ...judged.map(rate)),
  atLeast: !judged.some(exhausted),
});
