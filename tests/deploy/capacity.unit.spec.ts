import { describe, expect, test } from "bun:test";
import { judge, type Run } from "../../deploy/capacity/judge.ts";
import { seriesOf } from "../../deploy/capacity/series.ts";
import { risingOf, slopeOf, trendOf } from "../../deploy/capacity/trend.ts";
import { noise, offeredWith, points, RATE, runOf, SECONDS, saturatedAt } from "./capacity-fixtures.ts";

describe("a trend", () => {
  test("slope_isThatOfMostPairs_someStalls", () => {
    expect(slopeOf(points((second) => 3 * second + (second % 7 === 0 ? 1_000 : 0)))).toBeCloseTo(3, 1);
    expect(slopeOf([])).toBe(0);
  });

  test("trend_grows_onlyWhenTheRiseMattersAndIsNoChance", () => {
    expect(
      trendOf(
        points((second) => 10 * second),
        50,
      ),
    ).toMatchObject({ slope: 10, rise: 190, growing: true });
    expect(
      trendOf(
        points((second) => 10 * second),
        500,
      ).growing,
    ).toBe(false);
    expect(
      trendOf(
        points((second) => -10 * second),
        50,
      ).growing,
    ).toBe(false);
    const chance = noise(7, 300);
    expect(
      trendOf(
        points(() => chance()),
        0,
      ).growing,
    ).toBe(false);
    expect(risingOf(points((second) => second))).toBeGreaterThan(6);
  });
});

describe("the series of an offered rate", () => {
  test("latency_countsFromWhenARowWasDue_logStoodStillForASecond", () => {
    // Whatever is due in second 10 is acknowledged together at its end.
    const stall = (second: number) => (second >= 9 && second < 10 ? (10 - second) * 1_000 : 5);
    const { slices, achieved } = seriesOf(offeredWith(stall), 1_000);
    expect(slices).toHaveLength(SECONDS);
    expect(slices[9]?.p99).toBeGreaterThan(950);
    expect(slices[9]?.p50).toBeWithin(450, 560);
    expect(slices[12]?.p99).toBeLessThan(20);
    expect(achieved).toBeCloseTo(RATE, -1);
  });

  test("latency_ofRowsThatNeverLeft_isAsIfThePaceHadGoneOn", () => {
    const whole = offeredWith(() => 5);
    const half = { ...whole, sent: whole.sent.slice(0, whole.sent.length / 2) };
    const { slices, unacknowledged } = seriesOf(half, 1_000);
    expect(unacknowledged).toBe((RATE * (SECONDS + 2)) / 2);
    // 11 s of rows are missing, the last of them waited for 5 s, and the pace is at most that of the first half.
    expect(slices.at(-1)?.p50).toBeGreaterThan(5_400 + 10_000);
  });
});

describe("the judgement of a run", () => {
  const reasons = (run: Run) => judge(run).reasons.join("\n");

  test("judge_keepsUp_steady", () => {
    expect(judge(runOf(offeredWith(() => 20)))).toMatchObject({ keepsUp: true, reasons: [] });
  });

  test("judge_keepsUp_noisyAndStalledOnce", () => {
    const jitter = noise(3, 60);
    const lag = noise(5, 400);
    const offered = offeredWith((second) => jitter() + (second > 12 && second < 12.4 ? 300 : 0));
    expect(reasons(runOf(offered, { lags: points(() => lag()) }))).toBe("");
  });

  test("judge_doesNotKeepUp_latencyGrowsThoughAllIsAcknowledged", () => {
    const run = runOf(offeredWith((second) => 20 + 6 * Math.max(0, second)));
    expect(judge(run)).toMatchObject({ keepsUp: false, paceHolds: true });
    expect(reasons(run)).toContain("latency grew by 6 ms each second");
  });

  test("judge_doesNotKeepUp_saturated", () => {
    const judgement = judge(runOf(saturatedAt(0.8 * RATE)));
    expect(judgement.pace).toBeCloseTo(0.8, 2);
    expect(judgement).toMatchObject({ keepsUp: false, paceHolds: false });
    expect(judgement.latency.slope).toBeWithin(150, 350);
    // A log that takes 97% falls behind by 0.6 s in 20 s.
    expect(judge(runOf(saturatedAt(0.97 * RATE))).keepsUp).toBe(false);
  });

  test("judge_doesNotKeepUp_lagGrows", () => {
    const run = runOf(
      offeredWith(() => 20),
      { lags: points((second) => 100 * second) },
    );
    expect(reasons(run)).toBe("the loader fell behind by 100 records each second, 1,300 in what was judged");
  });

  test("judge_keepsUp_lagFillsToWhatTheRateKeepsInIt", () => {
    const lags = points((second) => 2_000 * (1 - Math.exp(-second / 2)));
    expect(
      reasons(
        runOf(
          offeredWith(() => 20),
          { lags },
        ),
      ),
    ).toBe("");
  });

  test("judge_doesNotKeepUp_cutShort", () => {
    expect(
      reasons(
        runOf(
          offeredWith(() => 20),
          { cut: true },
        ),
      ),
    ).toContain("it was ended");
  });
});
