import { beforeAll, expect, test } from "bun:test";
import { openPage } from "./opening.ts";
import { openStage } from "./stage.ts";

const LINES = 200;
const ENTRIES = 1_203; // placed, requested, captured, and one for each confirmed piece
const lines = Array.from({ length: LINES }, (_, n) => ({
  productId: `p-${n}`,
  quantity: 10,
  unitPrice: 1_000,
}));

const stage = openStage();
let orderId: string;
beforeAll(async () => {
  orderId = await stage.lab.placePaid(lines);
  for (let round = 0; round < 6; round += 1) {
    await Promise.all(
      lines.map(({ productId }) =>
        stage.lab.post(`/orders/${orderId}/purchase-confirmation`, { lines: [{ productId, quantity: 1 }] }),
      ),
    );
  }
}, 300_000);

test("order_isReadWholeAndScrubbed_longHistoryOfManyLines", async () => {
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/orders/${orderId}`);
  const { page, complaints } = visited;
  await page.locator("output", { hasText: "1,203 / 1,203" }).waitFor();
  expect(await page.locator(".timeline li").count()).toBeLessThan(40);
  await page.getByText("Purchase confirmed").first().waitFor();

  await page.getByRole("button", { name: `Show all ${LINES} lines` }).click();
  expect(await page.locator(".pieces").count()).toBe(LINES);
  await page.getByRole("slider").fill("603");
  await page.locator("output", { hasText: "603 / 1,203" }).waitFor();
  // Three of six rounds were over, or a part of the fourth: the pieces of all lines say so together.
  const words = await page.locator(".pieces-words").allTextContents();
  const confirmed = words.reduce((sum, text) => sum + Number(/(\d+) confirmed/.exec(text)?.[1] ?? 0), 0);
  expect(confirmed).toBe(600);
  await page.getByRole("slider").fill("1");
  await page.locator(".chart-state.lit[data-state=ordered]").waitFor();
  expect((await stage.lab.order(orderId)).seq).toBe(ENTRIES);
  expect(complaints).toEqual([]);
});
