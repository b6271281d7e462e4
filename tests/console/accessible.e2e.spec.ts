import { beforeAll, expect, test } from "bun:test";
import { openPage, wrongForSome } from "./opening.ts";
import { openStage } from "./stage.ts";

const stage = openStage();
let orderId: string;
beforeAll(async () => {
  orderId = await stage.lab.placePaid();
  await stage.lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "tea", quantity: 1 }],
    reason: "one is enough",
  });
}, 300_000);

const looks = [
  { name: "light desktop", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { name: "dark desktop", colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { name: "light tablet", colorScheme: "light", viewport: { width: 780, height: 1000 } },
  { name: "light phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { name: "dark phone", colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

const views = [
  { path: "/console", ready: ".chart" },
  { path: "/console/orders/:id", ready: ".chart" },
  { path: "/console/orders/:id?at=2", ready: ".as-it-was" },
  { path: "/console/orders", ready: "h1" },
  { path: "/console/settlements", ready: "h1" },
  { path: "/console/dead-letters", ready: "h1" },
  { path: "/console/nowhere", ready: ".alert" },
] as const;

for (const { name, ...look } of looks) {
  test(`views_giveAxeNothingToFind_${name.replace(" ", "_")}`, async () => {
    await using visited = await openPage(stage.browser, `${stage.lab.url}/console`, look);
    const { page } = visited;
    for (const { path, ready } of views) {
      await page.goto(`${stage.lab.url}${path.replace(":id", orderId)}`);
      await page.locator(ready).first().waitFor();
      expect({ path, findings: await wrongForSome(page) }).toEqual({ path, findings: [] });
      const wider = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
      expect({ path, wider }).toEqual({ path, wider: false });
    }
  });
}

test("console_isWalkedByKeyboard_skipLinkFirst", async () => {
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/orders/${orderId}`);
  const { page } = visited;
  await page.getByRole("button", { name: "Confirm purchase" }).waitFor();
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").textContent()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe(`Copy ${orderId}`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.locator(":focus").textContent()).toBe("Confirm purchase");
});
