import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type ConsoleLab, openConsoleLab } from "./lab.ts";

let browser: Browser;
let lab: ConsoleLab;
beforeAll(async () => {
  [browser, lab] = await Promise.all([launchBrowser(), openConsoleLab()]);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await lab?.close();
});

/** A page of the console in English. What the browser complains of is kept: a breach of the policy, an exception. */
const open = async (path: string): Promise<{ page: Page; complaints: string[] }> => {
  const page = await (await browser.newContext({ locale: "en-US" })).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${lab.url}${path}`);
  return { page, complaints };
};

test("fleet_drawsEachStateWithItsOrders_live", async () => {
  await lab.placePaid();
  const { page, complaints } = await open("/console");
  const paid = page.getByRole("link", { name: /^Paid: 1 orders/ });
  await paid.waitFor();
  expect(await page.locator(".chart-state").count()).toBe(12);
  expect(await page.locator(".chart-edge").count()).toBeGreaterThan(12);

  await lab.placePaid();
  await page.getByRole("link", { name: /^Paid: 2 orders/ }).waitFor();
  await page.getByRole("link", { name: /^Paid: 2 orders/ }).click();
  await page.waitForURL("**/console/orders?state=paid");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("order_showsItsPastAndGoesOn_scrubbedAndCommanded", async () => {
  const orderId = await lab.placePaid();
  const { page, complaints } = await open(`/console/orders/${orderId}`);
  await page.locator(".chart-state.lit[data-state=paid]").waitFor();
  await page.getByText("<script>alert(1)</script>").first().waitFor();

  await page.getByRole("slider", { name: "Step of the history" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.locator(".chart-state.lit[data-state=paying]").waitFor();
  await page.waitForURL(`**/console/orders/${orderId}?at=2`);
  await page.getByRole("button", { name: "Back to now" }).click();
  await page.locator(".chart-state.lit[data-state=paid]").waitFor();

  await page.getByRole("button", { name: "Cancel items" }).click();
  await page.getByLabel("Reason").fill("too bitter");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel items" }).click();
  await page.getByRole("button", { name: "Restock" }).click();
  await page.locator(".chart-state.lit[data-state=refunded]").waitFor();
  expect((await lab.order(orderId)).balance).toBe(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("order_saysWhatIsWrongAndLeadsOn_unknownId", async () => {
  const { page } = await open("/console/orders/no-such-order");
  await page.getByRole("alert").getByText("ORDER_NOT_FOUND").waitFor();
  await page.getByRole("link", { name: "Find an order" }).click();
  await page.waitForURL("**/console/orders");
  await page.context().close();
});
