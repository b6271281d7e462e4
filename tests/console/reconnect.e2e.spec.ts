import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openPage } from "./opening.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

const seqs = (page: Page) => page.locator(".timeline .moment-seq").allTextContents();
const isLive = (page: Page) => page.getByRole("status").getByText("Live", { exact: true }).waitFor();

test("order_goesOnWithoutGapOrDouble_gatewayRestartedMeanwhile", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/orders/${orderId}`);
  const { page } = visited;
  await page.locator("output", { hasText: "3 / 3" }).waitFor();
  await isLive(page);

  await stage.lab.stop();
  await page.getByRole("status").getByText("Reconnecting").waitFor();
  await stage.lab.start();
  // Some of it happens before the page is back, some after.
  for (const productId of ["tea", "tea", "cup"]) {
    await stage.lab.post(`/orders/${orderId}/purchase-confirmation`, { lines: [{ productId, quantity: 1 }] });
  }
  await isLive(page);
  await stage.lab.post(`/orders/${orderId}/cancellations`, { reason: "the rest" });
  await page.locator(".chart-state.lit[data-state=cancelRequested]").waitFor();
  await page.locator("output", { hasText: "7 / 7" }).waitFor();
  expect(await seqs(page)).toEqual(["7", "6", "5", "4", "3", "2", "1"]);
  await page.getByText("2 confirmed").waitFor();
  await page.getByText("1 canceling").waitFor();
});

test("fleet_countsEachOrderOnce_gatewayRestarted", async () => {
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console`);
  const { page } = visited;
  const ordered = (count: string) =>
    page.getByRole("link", { name: new RegExp(`^Awaiting payment: ${count} order`) }).waitFor();
  await ordered("0");
  await stage.lab.place();
  await ordered("1");
  await stage.lab.stop();
  await page.getByRole("alert").getByText("The gateway can't be reached").waitFor();
  await stage.lab.start();
  await stage.lab.place();
  await ordered("2");
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("page_connectsAnew_connectionSilentForTooLong", async () => {
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/dead-letters`);
  const { page } = visited;
  await page.clock.install();
  let connections = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/fleet/events")) connections += 1;
  });
  await page.getByRole("link", { name: "Fleet" }).click();
  await page.clock.runFor(1_000);
  await isLive(page);
  expect(connections).toBe(1);
  const again = page.waitForRequest("**/fleet/events");
  await page.clock.runFor(51_000);
  await again;
  await isLive(page);
});

test("order_isReadAnew_storeNoLongerKnowsWhatWasTold", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/orders/${orderId}`);
  const { page } = visited;
  await page.locator("output", { hasText: "3 / 3" }).waitFor();
  await isLive(page);
  // As after a restore from an older backup: the page is ahead of the store, once.
  let refused = 0;
  await page.route("**/events", (route) => {
    refused += 1;
    const problem = { code: "VALIDATION_FAILED", detail: "ahead" };
    return refused === 1 ? route.fulfill({ status: 400, json: problem }) : route.continue();
  });
  const again = page.waitForRequest("**/history?after=0&*");
  await stage.lab.stop();
  await page.getByRole("status").getByText("Reconnecting").waitFor();
  await stage.lab.start();
  await again;
  await isLive(page);
  await page.locator("output", { hasText: "3 / 3" }).waitFor();
  expect(await seqs(page)).toEqual(["3", "2", "1"]);
  expect(refused).toBe(2);
});
