import { expect, test } from "bun:test";
import { HEIGHT, scaleOf } from "../../gateway/console/settlements/scale.ts";

test.each([
  [[0, 0], 0],
  [[1_513_094, 34_906], 0],
  [[-2_159_192, 2_963_634], -2_159_192],
  [[-5_000], -5_000],
])("scaleOf_spansTheAmountsInRoundSteps_%j", (amounts, low) => {
  const { ticks, y } = scaleOf(amounts);
  expect(ticks).toContain(0);
  expect(ticks[0]).toBeLessThanOrEqual(low);
  expect(ticks.length).toBeLessThanOrEqual(9);
  expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(...amounts));
  for (const amount of [...amounts, ...ticks]) {
    expect(y(amount)).toBeGreaterThan(0);
    expect(y(amount)).toBeLessThan(HEIGHT);
  }
  expect(y(Number(ticks.at(-1)))).toBeLessThan(y(Number(ticks[0])));
});
