import { expect, test } from "bun:test";
import { openPage } from "./opening.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

const open = (path: string) => openPage(stage.browser, `${stage.lab.url}${path}`);

test("fleet_drawsEachStateWithItsOrders_live", async () => {
  await stage.lab.placePaid();
  await using visited = await open("/console");
  const { page, complaints } = visited;
  await page.getByRole("link", { name: /^Paid: 1 order\. / }).waitFor();
  expect(await page.locator(".chart-state").count()).toBe(12);
  expect(await page.locator(".chart-edge").count()).toBeGreaterThan(12);

  await stage.lab.placePaid();
  await page.getByRole("link", { name: /^Paid: 2 orders/ }).click();
  await page.waitForURL("**/console/orders?state=paid");
  expect(complaints).toEqual([]);
});

test("fleet_comesBackByItself_connectionLost", async () => {
  await using visited = await open("/console/dead-letters");
  const { page } = visited;
  await page.route("**/fleet/events", (route) => route.abort());
  await page.getByRole("link", { name: "Fleet" }).click();
  await page.getByRole("alert").getByText("The gateway can't be reached").waitFor();
  await page.getByRole("status").getByText("Reconnecting").waitFor();
  await page.unroute("**/fleet/events");
  await page.getByRole("status").getByText("Live").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("order_showsItsPast_scrubbedByKeysAndAddress", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(`/console/orders/${orderId}`);
  const { page, complaints } = visited;
  await page.locator(".chart-state.lit[data-state=paid]").waitFor();
  await page.getByText("<script>alert(1)</script>").first().waitFor();
  await page.getByRole("slider", { name: "Step of the history" }).waitFor();

  await page.keyboard.press("ArrowLeft");
  await page.locator(".chart-state.lit[data-state=paying]").waitFor();
  await page.getByText("not paid").waitFor();
  await page.waitForURL(`**/console/orders/${orderId}?at=2`);
  await page.reload();
  await page.locator(".chart-state.lit[data-state=paying]").waitFor();
  expect(await page.getByRole("button", { name: "Cancel items" }).count()).toBe(0);

  await page.getByRole("button", { name: "Back to now" }).click();
  await page.locator(".chart-state.lit[data-state=paid]").waitFor();
  expect(complaints).toEqual([]);
});

test("order_saysWhatIsWrongAndLeadsOn_unknownId", async () => {
  await using visited = await open("/console/orders/no-such-order");
  const { page } = visited;
  await page.getByRole("alert").getByText("ORDER_NOT_FOUND").waitFor();
  await page.getByRole("link", { name: "Find an order" }).click();
  await page.waitForURL("**/console/orders");
});

test("page_isInTheReadersLanguage_thenInTheChosenOne", async () => {
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console`, { locale: "ko-KR" });
  const { page } = visited;
  await page.getByRole("heading", { level: 1, name: "현황" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("ko");
  await page.getByRole("button", { name: "View in English" }).click();
  await page.getByRole("heading", { level: 1, name: "Fleet" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Fleet" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
});
