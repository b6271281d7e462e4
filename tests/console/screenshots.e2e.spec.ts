import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { addDays, type KstDate } from "../../machines/mod.ts";
import { launchBrowser } from "./browser.ts";
import { openPage, phone } from "./opening.ts";
import { openSettledShop, type SettledShop } from "./settled-shop.ts";

setDefaultTimeout(120_000);

/** For people to look at after a run; git ignores it. */
const FOLDER = ".cache/console";

let browser: Browser;
let shop: SettledShop;
let orderId: string;
let payout: KstDate;

/** A shop with something in each view: orders in several states, a failed refund, a day paid out. */
beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  [browser, shop] = await Promise.all([launchBrowser(), openSettledShop()]);
  payout = shop.today;
  while (shop.calendar.soldDatesOf(payout).length === 0) payout = addDays(payout, -1);
  shop.moveTo(shop.calendar.soldDatesOf(payout)[0] ?? "");
  for (let n = 0; n < 4; n += 1) await shop.placePaid();
  orderId = await shop.placePaid();
  await shop.refund(orderId, [{ productId: "tea", quantity: 1 }]);
  shop.moveTo(shop.today);
  await shop.settleDay(payout);
  await shop.place();
  await shop.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "cup", quantity: 1 }],
    reason: "the wrong colour",
  });
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const views = [
  { name: "fleet", path: () => "/console", ready: ".chart-state" },
  { name: "order", path: () => `/console/orders/${orderId}`, ready: ".chart-state.lit" },
  { name: "past", path: () => `/console/orders/${orderId}?at=3`, ready: ".as-it-was" },
  { name: "find", path: () => "/console/orders?state=paid", ready: "main ul li, main tbody tr" },
  { name: "settlements", path: () => `/console/settlements?date=${payout}`, ready: "[role=option]" },
  { name: "dead-letters", path: () => "/console/dead-letters", ready: "h1" },
] as const;

const looks = [
  { name: "wide", colorScheme: "light", viewport: { width: 1440, height: 900 }, locale: "en-US" },
  { name: "wide-dark", colorScheme: "dark", viewport: { width: 1440, height: 900 }, locale: "ko-KR" },
  { name: "phone", colorScheme: "light", viewport: phone, locale: "ko-KR" },
  { name: "phone-dark", colorScheme: "dark", viewport: phone, locale: "en-US" },
] as const;

for (const { name: look, ...options } of looks) {
  test.each(views.map((view) => [view.name, view] as const))(
    `view_isShownWhole_${look} %s`,
    async (name, { path, ready }) => {
      await using visited = await openPage(browser, `${shop.url}${path()}`, options);
      const { page, complaints } = visited;
      await page.locator(ready).first().waitFor();
      await page.evaluate("document.fonts.ready");
      await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`), fullPage: true });
      expect(await page.getByRole("alert").count()).toBe(0);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(complaints).toEqual([]);
    },
  );
}
