import { describe, expect, test } from "bun:test";
import { judge, type Run } from "../../deploy/capacity/judge.ts";
import { type Evidence, limitOf } from "../../deploy/capacity/limit.ts";
import { planOf, ROWS_A_DAY } from "../../deploy/capacity/options.ts";
import { consumerRateOf, producerFiguresOf } from "../../deploy/capacity/perf-output.ts";
import { findKnee } from "../../deploy/capacity/search.ts";
import { sizingOf } from "../../deploy/capacity/sizing.ts";
import { offeredWith, points, RATE, runOf, saturatedAt } from "./capacity-fixtures.ts";

describe("what limits", () => {
  const saturated = (changes: Partial<Run> = {}) => runOf(saturatedAt(0.5 * RATE), changes);
  const tool = (rate: number, readRate = 9_000) => ({
    atRate: { rate, p50: 1, p99: 2 },
    most: rate,
    readRate,
  });
  const evidence = (changes: Partial<Evidence>): Evidence => {
    const { run = saturated() } = changes;
    return {
      ...{ run, judgement: judge(run), tools: tool(500), idle: { plainMs: 2, flushedMs: 4 } },
      doubled: { run: saturated(), toolMost: 500 },
      ...changes,
    };
  };

  test.each([
    ["broker", "Kafka's own producer does no better", {}],
    ["disk", "and a flush takes long", { idle: { plainMs: 2, flushedMs: 40 } }],
    ["producer", "our process uses its core", { run: saturated({ producerCpu: 0.97 }) }],
    ["answers", "Kafka's own producer holds the rate", { tools: tool(990) }],
    [
      "partitions",
      "twice as many carry ours",
      { doubled: { run: runOf(offeredWith(() => 5)), toolMost: 500 } },
    ],
    ["partitions", "twice as many carry Kafka's own", { doubled: { run: saturated(), toolMost: 900 } }],
    ["broker", "nothing else is known", { tools: undefined, doubled: undefined }],
  ] as const)("limit_is_%s_%s", (limit, _, changes) => {
    expect(limitOf(evidence(changes))).toBe(limit);
  });

  test("limit_isOfTheLoadersSide_onlyTheLagGrows", () => {
    const lags = points((second) => 100 * second);
    const run = runOf(
      offeredWith(() => 5),
      { lags },
    );
    expect(limitOf(evidence({ run: { ...run, loaderCpu: 0.95 } }))).toBe("loader");
    expect(limitOf(evidence({ run }))).toBe("ledger");
    expect(limitOf(evidence({ run, tools: tool(1_000, 600) }))).toBe("reading");
  });
});

describe("the knee", () => {
  const limits = { most: 64_000, least: 10, within: 1.15 };
  const search = (first: number, truth: number) =>
    findKnee({ rate: first, held: first <= truth }, async (rate) => rate <= truth, limits);

  test.each([
    [1_000, 5_300],
    [1_000, 1_001],
    [20_000, 700],
  ])("findKnee_isJustBelow_offered%i_truth%i", async (first, truth) => {
    const { rate, above, tried } = await search(first, truth);
    expect(rate).toBeLessThanOrEqual(truth);
    expect(above).toBeGreaterThan(truth);
    expect((above ?? 0) / rate).toBeLessThanOrEqual(1.15);
    expect(new Set(tried.map((one) => one.rate)).size).toBe(tried.length);
  });

  test("findKnee_hasNoneAbove_allAreHeld", async () => {
    expect(await search(1_000, 1_000_000)).toMatchObject({ rate: 64_000, above: undefined });
  });

  test("findKnee_isZero_noneIsHeld", async () => {
    const { rate, above } = await search(1_000, 0);
    expect(rate).toBe(0);
    expect(above).toBeLessThan(20);
  });
});

describe("how many it takes", () => {
  const facts = { windowHours: 2, recordBytes: 200, replicas: 3, partitions: 12, toolRates: [20_000] };

  test("sizing_doublesTheRate_andCountsBrokersAndLoaders", () => {
    const sizing = sizingOf({ ...facts, runs: [runOf(saturatedAt(500)), runOf(offeredWith(() => 5))] });
    expect(sizing.needed).toBeCloseTo(ROWS_A_DAY / 7_200);
    expect(sizing.planned).toBeCloseTo(27_778, 0);
    expect(sizing).toMatchObject({ clusters: 2, broker: { rate: 20_000, atLeast: false } });
    expect(sizing.poller.atLeast).toBe(false);
    expect(sizing.loader.atLeast).toBe(true);
    expect(sizing.loaders).toBe(Math.ceil(sizing.planned / sizing.loader.rate));
    expect(sizing.partitions).toBe(Math.max(24, sizing.loaders));
    expect(sizing.diskBytes).toBe(100_000_000 * 200 * 3);
  });

  test("sizing_saysAtLeast_nothingWasExhausted", () => {
    const sizing = sizingOf({ ...facts, toolRates: [], runs: [runOf(offeredWith(() => 5))] });
    expect(sizing.broker).toEqual(sizing.poller);
    expect(sizing.broker.atLeast).toBe(true);
  });
});

describe("what Kafka's own tools say", () => {
  const summary =
    "30000 records sent, 9621.552277 records/sec (1.84 MB/sec), 190.78 ms avg latency, 1397.00 ms max latency, 231 ms 50th, 389 ms 95th, 474 ms 99th, 501 ms 99.9th.\n";
  const second = (records: number, rate: number) =>
    `${records} records sent, ${rate} records/sec (2.74 MB/sec), 161.6 ms avg latency, 307.0 ms max latency.\n`;

  test("producerFigures_areOfTheSteadyState_itWasWarmedUp", () => {
    const steady = summary
      .replace("30000 records", "20000 steady state records")
      .replace("9621.552277", "9990.1");
    expect(producerFiguresOf(`In steady state.\n${second(5, 5)}${summary}${steady}`)).toEqual({
      rate: 9990.1,
      p50: 231,
      p99: 474,
    });
  });

  test("producerFigures_areOfItsLines_itWasEnded", () => {
    const figures = producerFiguresOf(second(1_000, 1_000) + second(3_000, 1_000));
    expect(figures).toEqual({ rate: 1_000, p50: 161.6, p99: 161.6 });
    expect(producerFiguresOf("nothing")).toBeUndefined();
  });

  test("consumerRate_isOfItsFetches_rebalanceLeftOut", () => {
    const line =
      "2026-11-25 14:21:29:425, 2026-11-25 14:21:30:631, 5.7, 4.7, 30000, 24875.6, 710, 496, 11.5, 60483.8";
    expect(consumerRateOf(`WARN something\n${line}\n`)).toBe(60483.8);
    expect(consumerRateOf("")).toBeUndefined();
  });
});

describe("the command line", () => {
  test("plan_derivesTheRate_fromTheDaysRowsAndTheWindow", () => {
    expect(planOf(["--start"], {})).toMatchObject({
      rate: 13_889,
      derived: true,
      brokers: undefined,
      partitions: 12,
    });
    expect(planOf(["--start", "--window-hours", "4"], {})).toMatchObject({ rate: 6_945 });
    expect(planOf(["--rate", "50"], { KAFKA_BROKERS: "a:1,b:2" })).toMatchObject({
      rate: 50,
      brokers: ["a:1", "b:2"],
    });
    // Asked for one of its own, it leaves that of the environment alone.
    expect(planOf(["--start"], { KAFKA_BROKERS: "a:1" })).toMatchObject({ brokers: undefined });
  });

  test.each([
    ["no broker", [], "No broker is named"],
    ["two brokers", ["--start", "--brokers", "a:1"], "don't go together"],
    ["no port", ["--brokers", "a"], "host:port"],
    ["a rate of 0", ["--start", "--rate", "0"], "--rate 0"],
    ["half a second", ["--start", "--seconds", "3.5"], "whole"],
    ["a topic that is none", ["--start", "--topic-prefix", "a b"], "--topic-prefix"],
    ["an unknown flag", ["--start", "--fast"], "--fast"],
  ])("plan_isRefused_%s", (_, args, told) => {
    expect(() => planOf(args, {})).toThrow(told);
  });
});
