import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { addDays, type KstDate } from "../../machines/mod.ts";
import { serveLab } from "../gateway/served.ts";
import { launchBrowser } from "./browser.ts";
import { openPage, phone, wrongForSome } from "./opening.ts";
import { openSettledShop, type SettledShop } from "./settled-shop.ts";

setDefaultTimeout(120_000);

let browser: Browser;
let shop: SettledShop;
/** Days of payouts: one with sales, one with a refund only, one that is not polled. */
let sold: KstDate;
let refunded: KstDate;
let unpolled: KstDate;
let lost: string;

const latestPayout = (until: KstDate): KstDate =>
  shop.calendar.soldDatesOf(until).length > 0 ? until : latestPayout(addDays(until, -1));
const soldOn = (payout: KstDate): KstDate => shop.calendar.soldDatesOf(payout)[0] ?? "";

beforeAll(async () => {
  [browser, shop] = await Promise.all([launchBrowser(), openSettledShop()]);
  unpolled = latestPayout(shop.today);
  refunded = latestPayout(addDays(unpolled, -1));
  sold = latestPayout(addDays(refunded, -1));

  shop.moveTo(soldOn(sold));
  const [kept, gone] = [await shop.placePaid(), await shop.placePaid()];
  await shop.refund(kept, [{ productId: "cup", quantity: 1 }]);
  shop.moveTo(soldOn(refunded));
  await shop.refund(gone);
  shop.moveTo(soldOn(unpolled));
  lost = await shop.placePaid();
  await shop.settleDay(sold);
  await shop.settleDay(refunded);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const open = (path: string, options = {}) => openPage(browser, `${shop.url}${path}`, options);

test("settlements_showTheNewestPolledDay_noneAskedFor", async () => {
  const { page, complaints, close } = await open("/console/settlements");
  await page.getByRole("heading", { name: `Run ${refunded}` }).waitFor();
  const bar = page.getByRole("option", { name: new RegExp(`^${refunded}, Payout -₩`) });
  expect(await bar.getAttribute("aria-selected")).toBe("true");
  expect(complaints).toEqual([]);
  await close();
});

test("settlements_walkTheDays_arrowKeysEnterAndBack", async () => {
  const { page, close } = await open(`/console/settlements?date=${refunded}`);
  await page.getByRole("option", { selected: true }).focus();
  const steps = (Date.parse(refunded) - Date.parse(sold)) / 86_400_000;
  for (let n = 0; n < steps; n += 1) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/console/settlements?date=${sold}`);
  await page.getByRole("heading", { name: `Run ${sold}` }).waitFor();

  await page.getByRole("link", { name: "90 days" }).click();
  await page.waitForURL(`**/console/settlements?date=${sold}&days=90`);
  await page.getByRole("option").nth(89).waitFor();
  await page.goBack();
  await page.getByRole("option").nth(89).waitFor({ state: "detached" });
  expect(await page.getByRole("option").count()).toBe(30);
  await page.getByLabel("Day", { exact: true }).fill(refunded);
  await page.waitForURL(`**/console/settlements?date=${refunded}`);
  await close();
});

test("settlements_holdTheSameMoneyInEachBook_polledDay", async () => {
  const { page, close } = await open(`/console/settlements?date=${sold}`);
  const books = page.getByRole("region", { name: "What each department holds" });
  const gross = `₩${(2 * 39_000 - 3_000).toLocaleString("en-US")}`;
  for (const name of ["Poller", "Settlement ledger", "Accounting", "Orders"]) {
    await books.getByRole("row", { name: new RegExp(`^${name}.*${gross}`) }).waitFor();
  }
  expect(await books.getByText("agrees", { exact: true }).count()).toBe(4); // and the column's head
  await page.getByText("Every row has its transaction, and every transaction its row.").waitFor();

  await page.getByText("Show as a table").click();
  const table = page.getByRole("table", { name: "Payouts, a row a day" });
  expect(await table.getByRole("row").count()).toBe(31);
  await table.getByRole("link", { name: new RegExp(`^${refunded}`) }).click();
  await page.waitForURL(`**/console/settlements?date=${refunded}`);
  await close();
});

test("settlements_leadToTheOrder_rowIsMissingAtToss", async () => {
  const { page, close } = await open(`/console/settlements?date=${unpolled}`);
  await page.getByText("This day was not polled yet").waitFor();
  await page.getByRole("link", { name: /^1 Missing at Toss/ }).click();
  await page.waitForURL(`**/console/settlements?date=${unpolled}&status=missingAtToss`);
  const finding = page.getByRole("region", { name: "Findings" });
  await finding.getByText("₩39,000").waitFor();
  await finding.getByRole("link", { name: lost }).click();
  await page.waitForURL(`**/console/orders/${lost}`);
  await page.goBack();
  await finding.getByRole("link", { name: lost }).waitFor();
  await close();
});

test("settlements_sayWhatIsWrong_dayDoesNotExist", async () => {
  const { page, close } = await open("/console/settlements?date=2026-02-30");
  await page.getByRole("alert").getByText("VALIDATION_FAILED").waitFor();
  await close();
});

test("settlements_sayWhatIsWrong_yearWithoutACalendar", async () => {
  const { page, close } = await open("/console/settlements?date=2001-03-05");
  await page.getByRole("alert").getByText("YEAR_NOT_COVERED").waitFor();
  await page.getByText("No day of these was polled yet").waitFor();
  await close();
});

test("settlements_sayWhatIsWrong_gatewayWithoutSettlement", async () => {
  const lab = serveLab();
  const { page, close } = await openPage(browser, `${lab.url}/console/settlements`);
  await page.getByText("SETTLEMENT_NOT_SERVED").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  await close();
  await lab.gateway.stop();
});

test("settlements_speakKorean_koreanBrowser", async () => {
  const { page, close } = await open(`/console/settlements?date=${sold}`, { locale: "ko-KR" });
  await page.getByRole("heading", { name: "정산" }).waitFor();
  await page.getByText("모든 행에 거래가 있고, 모든 거래에 행이 있습니다.").waitFor();
  await close();
});

test.each([
  ["light", undefined],
  ["dark", phone],
] as const)("settlements_areForEverybody_%s", async (colorScheme, viewport) => {
  const { page, close } = await open(`/console/settlements?date=${unpolled}`, {
    colorScheme,
    ...(viewport && { viewport }),
  });
  await page.getByRole("region", { name: "Findings" }).waitFor();
  expect(await wrongForSome(page)).toEqual([]);
  await page.getByRole("link", { name: "The day before" }).click();
  await page.getByText("Show as a table").click();
  expect(await wrongForSome(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  await close();
});
