import { type Judgement, judge, type Run } from "./judge.ts";
import { type Evidence, type Limit, limitOf, type ToolFigures } from "./limit.ts";
import { thousands } from "./numbers.ts";
import type { Plan } from "./options.ts";
import { type IdleLatency, probeIdle } from "./probe.ts";
import type { Progress } from "./progress.ts";
import type { Records } from "./rows.ts";
import { runAt } from "./run.ts";
import { findKnee, type Knee, usualLimits } from "./search.ts";
import { type Sizing, sizingOf } from "./sizing.ts";
import { orMissing, runToolMost, runTools } from "./tools.ts";
import type { OwnTopics } from "./topics.ts";

/** All that was measured, and what follows from it. */
export interface Report {
  readonly plan: Plan;
  readonly brokers: readonly string[];
  readonly clusterBrokers: number;
  readonly replicas: number;
  readonly recordBytes: number;
  readonly idle: IdleLatency;
  /** At the rate of the plan. */
  readonly run: Run;
  readonly judgement: Judgement;
  readonly tools: ToolFigures | undefined;
  /** Why there are no figures of Kafka's own tools. */
  readonly toolsMissing: string | undefined;
  readonly knee: Knee | undefined;
  /** Of the lowest rate that was not kept up with; undefined when all were. */
  readonly evidence: Evidence | undefined;
  readonly limit: Limit | undefined;
  readonly sizing: Sizing;
}

export interface MeasureParts {
  readonly brokers: readonly string[];
  readonly topics: OwnTopics;
  readonly records: Records;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Runs all of it, one after another, so that nothing measures anything else. @throws LOG_UNAVAILABLE, Interrupted */
export const measure = async (plan: Plan, parts: MeasureParts): Promise<Report> => {
  const { brokers, topics, records, signal, progress } = parts;
  const { seconds, partitions, rate } = plan;
  const runs: Run[] = [];
  const toolOptions = { brokers, topics, partitions, recordBytes: records.bytes, seconds, signal };
  const tryRate = async (tried: number, on = partitions): Promise<Run> => {
    progress.step(`our producer and loader, ${thousands(tried)} rows/s on ${on} partitions`);
    return runAt({ ...parts, rate: tried, seconds, partitions: on });
  };
  const toolsAt = (tried: number) => {
    progress.step(`Kafka's own producer and consumer, ${thousands(tried)} records/s and as fast as they can`);
    return orMissing(runTools(tried, toolOptions));
  };

  progress.step("single records, with and without a flush");
  const idle = await probeIdle(brokers, topics, records.at(0), signal);
  const usual = await topics.make("replicas", partitions);
  await topics.drop(usual);

  const tools = await toolsAt(rate);
  const missing = "missing" in tools ? tools.missing : undefined;
  const figures = "missing" in tools ? undefined : tools;
  const run = await tryRate(rate);
  runs.push(run);
  const judgement = judge(run);
  const knee = plan.search
    ? await findKnee(
        { rate, held: judgement.keepsUp },
        async (tried) => {
          const next = await tryRate(tried);
          runs.push(next);
          return judge(next).keepsUp;
        },
        usualLimits(rate),
      )
    : undefined;

  /** Of the lowest rate that was too much, it is found out why. */
  const explain = async (): Promise<Evidence | undefined> => {
    const failed = runs.filter((one) => !judge(one).keepsUp).sort((a, b) => a.rate - b.rate)[0];
    if (!failed) return undefined;
    const there = failed.rate === rate ? tools : await toolsAt(failed.rate);
    const double = { ...toolOptions, partitions: partitions * 2 };
    const again = await tryRate(failed.rate, double.partitions);
    progress.step(`Kafka's own producer on ${double.partitions} partitions`);
    const most = await orMissing(runToolMost(double));
    return {
      ...{ run: failed, judgement: judge(failed), idle, tools: "missing" in there ? undefined : there },
      doubled: { run: again, toolMost: typeof most === "number" ? most : undefined },
    };
  };
  const evidence = await explain();
  progress.stop();
  const sizing = sizingOf({
    ...{ windowHours: plan.windowHours, recordBytes: records.bytes, replicas: usual.replicas, partitions },
    ...{ runs, toolRates: [figures?.most ?? 0, evidence?.tools?.most ?? 0] },
  });
  return {
    ...{
      plan,
      brokers,
      clusterBrokers: topics.brokers,
      replicas: usual.replicas,
      recordBytes: records.bytes,
    },
    ...{ idle, run, judgement, tools: figures, toolsMissing: missing, knee, evidence, sizing },
    limit: evidence && limitOf(evidence),
  };
};
