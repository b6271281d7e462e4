import { beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { until } from "../failures/eventually.ts";
import { openPage, phone, wrongForSome } from "./opening.ts";
import { openStage } from "./stage.ts";

const lee = { id: "customer-lee", name: "<img src=x onerror=alert(2)>", phone: "010-0000-0000" };

const stage = openStage();
let ofLee: string;
let paid: string;
beforeAll(async () => {
  for (let n = 0; n < 8; n += 1) await Promise.all(Array.from({ length: 8 }, () => stage.lab.place()));
  ofLee = await stage.lab.place(undefined, lee);
  paid = await stage.lab.placePaid();
}, 300_000);

const open = (path = "/console/orders", options = {}) =>
  openPage(stage.browser, `${stage.lab.url}${path}`, options);

const rows = (page: Page) => page.getByRole("list", { name: "Orders, newest first" }).getByRole("link");

/** As somebody who uses the keyboard only. */
const search = async (page: Page, text: string): Promise<void> => {
  await rows(page).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
};

test("find_opensTheOrder_itsIdTyped", async () => {
  const { page, complaints, close } = await open();
  await search(page, paid);
  await page.waitForURL(`**/console/orders/${paid}`);
  expect(complaints).toEqual([]);
  await close();
});

test.each(["customer-lee", "customer:customer-lee"])("find_listsACustomersOrders_%sTyped", async (text) => {
  const { page, complaints, close } = await open();
  await search(page, text);
  await page.waitForURL("**/console/orders?customerId=customer-lee");
  await rows(page).getByText(ofLee).waitFor();
  expect(await rows(page).count()).toBe(1);
  // Words are never taken for markup.
  await page.getByText(lee.name).waitFor();
  await page.getByText("<script>alert(1)</script>").or(page.getByText("녹차")).first().waitFor();
  expect(await page.locator("main img, main script").count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

test("find_listsTheOrderOfAPayment_itsKeyTyped", async () => {
  const key = (await stage.lab.order(paid)).payments[0]?.paymentKey ?? "";
  const { page, close } = await open();
  await search(page, key);
  await page.waitForURL(`**/console/orders?paymentKey=${key}`);
  await rows(page).getByText(paid).waitFor();
  expect(await rows(page).count()).toBe(1);
  await close();
});

test("find_addsFilterToFilter_stateChosenAndDayTyped", async () => {
  const { page, close } = await open();
  await page
    .getByRole("navigation", { name: "By state" })
    .getByRole("link", { name: "Paid", exact: true })
    .click();
  await page.waitForURL("**/console/orders?state=paid");
  await rows(page).nth(1).waitFor({ state: "detached" });
  await rows(page).getByText(paid).waitFor();
  expect(await rows(page).count()).toBe(1);

  await search(page, "today");
  await page.waitForURL(/state=paid&placedFrom=\d{4}-\d\d-\d\d&placedTo=\d{4}-\d\d-\d\d$/);
  await rows(page).getByText(paid).waitFor();

  await page.getByLabel("to", { exact: true }).fill("2020-01-02");
  await page.getByRole("alert").getByText("VALIDATION_FAILED").waitFor();
  await page.goBack();
  await rows(page).getByText(paid).waitFor();
  await page.getByRole("link", { name: "Clear all filters" }).click();
  await page.waitForURL("**/console/orders");
  await close();
});

test("find_keepsTheOrderInFront_arrowKeysEnterAndBack", async () => {
  const { page, close } = await open("/console/orders?state=ordered");
  await rows(page).first().waitFor();
  await page.keyboard.press("/");
  for (let n = 0; n < 41; n += 1) await page.keyboard.press("ArrowDown");
  const chosen = (await page.evaluate("document.activeElement.dataset.order")) as string;
  expect(chosen).toBe((await rows(page).nth(40).getAttribute("data-order")) ?? "");
  const scrolled = await page.evaluate("scrollY");
  expect(scrolled).toBeGreaterThan(200);

  await page.keyboard.press("Enter");
  await page.waitForURL(`**/console/orders/${chosen}`);
  await page.goBack();
  await page.locator(`[data-order="${chosen}"]:focus`).waitFor();
  expect(await page.evaluate("scrollY")).toBe(scrolled);
  await close();
});

test("find_keepsThePlace_onTheSecondPageBackAndReload", async () => {
  const { page, close } = await open();
  await rows(page).first().waitFor();
  const next = page.getByRole("link", { name: "Older orders" });
  await next.scrollIntoViewIfNeeded();
  const first = await rows(page).first().getAttribute("data-order");
  const scrolled = await page.evaluate("scrollY");
  await next.click();
  await page.waitForURL(/cursor=/);
  await page.locator(`[data-order="${first}"]`).waitFor({ state: "detached" });
  await rows(page).first().waitFor();
  expect(await page.evaluate("scrollY")).toBe(0);
  const second = await rows(page).first().getAttribute("data-order");

  await page.reload();
  await rows(page).first().waitFor();
  expect(await rows(page).first().getAttribute("data-order")).toBe(second);

  await page.goBack();
  await page.locator(`[data-order="${first}"]`).waitFor();
  await until("the list is where it was", async () => (await page.evaluate("scrollY")) === scrolled);
  await page.reload();
  await until("the list is where it was", async () => (await page.evaluate("scrollY")) === scrolled);
  await close();
});

test("find_opensAnOrderAtItsTop_afterGoingBackWithinTheList", async () => {
  const { page, close } = await open("/console/orders", { viewport: { width: 800, height: 400 } });
  const last = rows(page).nth(49);
  await last.click();
  await page.locator(".chart-state").first().waitFor();
  await page.goBack();
  await last.waitFor();
  await page.getByRole("link", { name: "Paid", exact: true }).click();
  await rows(page).getByText(paid).waitFor();
  await page.goBack();
  // Known by now, it is as tall as the list at once.
  await last.click();
  await page.locator(".chart-state").first().waitFor();
  expect(await page.evaluate("scrollY")).toBe(0);
  await close();
});

test("find_saysSoAndLeadsOn_cursorIsForged", async () => {
  const { page, close } = await open("/console/orders?state=ordered&cursor=forged");
  await page.getByRole("alert").getByText("COMMAND_MALFORMED").waitFor();
  await page.getByRole("link", { name: "First page" }).click();
  await page.waitForURL("**/console/orders?state=ordered");
  await rows(page).first().waitFor();
  await close();
});

test("find_triesAgainWhenAsked_gatewayWasAway", async () => {
  const { page, close } = await open();
  await rows(page).first().waitFor();
  await page.route("**/orders?state=paid", (route) => route.abort());
  await page.getByRole("link", { name: "Paid", exact: true }).click();
  await page.getByRole("alert").getByText("The gateway can't be reached").waitFor();
  await page.unroute("**/orders?state=paid");
  await page.getByRole("button", { name: "Try again" }).click();
  await rows(page).getByText(paid).waitFor();
  await close();
});

test("find_doesNotSayThatNothingIsThere_ordersCanNotBeAsked", async () => {
  const { page, close } = await open();
  await rows(page).first().waitFor();
  await page.route("**/orders?limit=1&*", (route) => route.abort());
  await page.keyboard.press("/");
  await page.keyboard.type("customer-lee");
  await page.getByRole("status").getByText("The gateway can't be reached").waitFor();
  await page.unroute("**/orders?limit=1&*");
  await page.keyboard.type("x");
  await page.keyboard.press("Backspace");
  await page.getByRole("option", { name: /customer-lee/ }).waitFor();
  await close();
});

test("find_takesADayOnceItIsTypedOut_yearOfFourFigures", async () => {
  const { page, close } = await open();
  await rows(page).first().waitFor();
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("placedFrom")) asked.push(request.url());
  });
  await page.getByLabel("From", { exact: true }).focus();
  await page.keyboard.type("01022020");
  await page.waitForURL("**/console/orders?placedFrom=2020-01-02");
  await rows(page).first().waitFor();
  expect(asked).toHaveLength(1);
  await close();
});

test("find_saysSo_nothingFits", async () => {
  const { page, close } = await open("/console/orders?state=refundFailed");
  await page.getByText("No order fits all of that.").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("no-such-thing");
  await page.getByText("Nothing is found by “no-such-thing”").waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByRole("combobox").inputValue()).toBe("");
  await close();
});

test.each([
  ["light", undefined],
  ["dark", phone],
] as const)("find_isForEverybody_%s", async (colorScheme, viewport) => {
  const { page, close } = await open("/console/orders?customerId=customer-1", {
    colorScheme,
    ...(viewport && { viewport }),
  });
  await rows(page).first().waitFor();
  expect(await wrongForSome(page)).toEqual([]);
  await page.keyboard.press("/");
  await page.keyboard.type("refund");
  await page.getByRole("option").first().waitFor();
  expect(await wrongForSome(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  await close();
});
