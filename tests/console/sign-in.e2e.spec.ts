import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { issueToken } from "../../deploy/token/issue.ts";
import type { CallerRole } from "../../gateway/caller.ts";
import { launchBrowser } from "./browser.ts";
import { openConsoleLab } from "./lab.ts";
import { openPage, phone, wrongForSome } from "./opening.ts";
import { openStage } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "jumun-sign-in-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tokenOf = async (role: CallerRole, id: string, hours = 1): Promise<string> => {
  const ask = { folder, audience: "jumun", issuer: undefined, roleClaim: "role" };
  return (await issueToken({ ...ask, role, id, hours })).token;
};

const stage = openStage(async () => {
  const token = await tokenOf("operator", "kim");
  return openConsoleLab(
    {},
    {
      settings: { AUTH: "jwt", AUTH_JWKS: join(folder, "jwks.json") },
      headers: { authorization: `Bearer ${token}` },
    },
  );
});

const open = (path: string, options = {}) => openPage(stage.browser, `${stage.lab.url}${path}`, options);

const signIn = async (page: Page, token: string): Promise<void> => {
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
};

test("view_asksForAToken_thenShowsItselfAndWhoOneIs", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(`/console/orders/${orderId}`);
  const { page } = visited;
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  expect(await page.getByText(orderId).count()).toBe(0);
  expect(await page.getByRole("navigation").count()).toBe(0);

  const token = await tokenOf("operator", "kim");
  await signIn(page, token);
  await page.locator(".chart-state.lit[data-state=paid]").waitFor();
  await page.getByText("kim operator").waitFor();
  await page.getByRole("status").getByText("Live").waitFor();
  await page.getByRole("link", { name: "Fleet" }).click();
  await page.getByRole("link", { name: /^Paid: / }).waitFor();

  expect([...addresses, page.url()].join()).not.toContain(token.split(".")[2] ?? token);
  expect(await page.evaluate("document.cookie + JSON.stringify(localStorage)")).not.toContain("eyJ");
  await page.reload();
  await page.getByText("kim operator").waitFor();
});

test("signIn_saysWhatIsWrong_noTokenAndABadOne", async () => {
  await using visited = await open("/console");
  const { page } = visited;
  await signIn(page, "hello there");
  await page.getByRole("alert").getByText("That is no token").waitFor();
  await signIn(page, (await tokenOf("operator", "kim")).replace(/.{4}$/, "AAAA"));
  await page.getByRole("alert").getByText("UNAUTHENTICATED").waitFor();
  await signIn(page, ` Bearer ${await tokenOf("operator", "kim")}\t`);
  await page.getByRole("link", { name: /^Paid: / }).waitFor();
});

test("signOut_forgetsEverything_shown", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(`/console/orders/${orderId}`);
  const { page } = visited;
  await signIn(page, await tokenOf("operator", "kim"));
  await page.getByText("김주문").first().waitFor();
  await page.getByRole("button", { name: "Sign out (kim)" }).click();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  expect(await page.getByText("김주문").count()).toBe(0);
  expect(await page.evaluate("sessionStorage.length")).toBe(0);

  await signIn(page, await tokenOf("customer", "customer-9"));
  await page.getByRole("alert").getByText("ORDER_NOT_FOUND").waitFor();
  expect(await page.getByText("김주문").count()).toBe(0);
});

test("view_asksForATokenAgain_itsOwnIsNotTakenAnyMore", async () => {
  await using visited = await open("/console/orders");
  const { page } = visited;
  await signIn(page, await tokenOf("operator", "kim"));
  await page.getByText("kim operator").waitFor();
  await page.evaluate(`sessionStorage.setItem("jumun.token", "old.old.old")`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
});

test("commands_areOfferedToWhoMay_byRole", async () => {
  const orderId = await stage.lab.placePaid();
  await stage.lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "tea", quantity: 1 }],
    reason: "one is enough",
  });
  const commands = new Set(["Confirm purchase", "Cancel items", "Restock", "Withdraw"]);
  const offered = async (role: CallerRole, id: string) => {
    await using visited = await open(`/console/orders/${orderId}`);
    const { page } = visited;
    await signIn(page, await tokenOf(role, id));
    await page.getByText("one is enough").first().waitFor();
    const buttons = page.locator(".order-head, .order-grid").getByRole("button");
    const names = await buttons.allTextContents();
    const places = await page.getByRole("navigation").getByRole("link").allTextContents();
    return { names: names.filter((name) => commands.has(name)), places };
  };
  const shopping = ["Confirm purchase", "Cancel items"];
  const own = await offered("customer", "customer-1");
  expect(own).toEqual({ names: [...shopping, "Withdraw"], places: ["Orders"] });
  expect(await offered("warehouse", "depot")).toEqual({ names: ["Restock"], places: ["Orders"] });
  const operator = await offered("operator", "kim");
  expect(operator.names).toEqual([...shopping, "Restock", "Withdraw"]);
  expect(operator.places).toHaveLength(4);
});

test("warehouse_restocks_andSeesNoName", async () => {
  const orderId = await stage.lab.placePaid();
  await stage.lab.post(`/orders/${orderId}/cancellations`, { reason: "all of it" });
  await using visited = await open("/console");
  const { page } = visited;
  await signIn(page, await tokenOf("warehouse", "depot"));
  await page.locator(`[data-order=${orderId}]`).click();
  await page.getByRole("button", { name: "Restock" }).click();
  await page.locator(".chart-state.lit[data-state=refunded]").waitFor();
  expect(await page.getByText("김주문").count()).toBe(0);
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("commands_areSent_plainHttpFromAnotherMachine", async () => {
  // Such a page is not a secure context: no crypto.randomUUID, no clipboard. AUTH=dev would refuse it.
  await using elsewhere = await launchBrowser(["--host-resolver-rules=MAP shop.test 127.0.0.1"]);
  const orderId = await stage.lab.placePaid();
  await stage.lab.post(`/orders/${orderId}/cancellations`, { reason: "wrong size" });
  const url = new URL(stage.lab.url);
  url.hostname = "shop.test";
  await using visited = await openPage(elsewhere, `${url.origin}/console/orders/${orderId}`);
  const { page, complaints } = visited;
  expect(await page.evaluate("isSecureContext")).toBe(false);
  await signIn(page, await tokenOf("operator", "kim"));
  const before = complaints.length; // the browser tells of each 401
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await page.getByText("Withdrawn", { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: /^Copy/ }).count()).toBe(0);
  expect(complaints.slice(before)).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`signIn_givesAxeNothingToFind_${colorScheme}OnDesktopAndPhone`, async () => {
    for (const viewport of [{ width: 1440, height: 900 }, phone]) {
      await using visited = await open("/console", { colorScheme, viewport });
      const { page } = visited;
      await signIn(page, "hello");
      await page.getByRole("alert").waitFor();
      expect(await wrongForSome(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
      await signIn(page, await tokenOf("operator", "kim"));
      await page.getByRole("button", { name: "Sign out (kim)" }).waitFor();
      await page.locator(".chart").first().waitFor();
      expect(await wrongForSome(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
    }
  });
}

test("signIn_isInKorean_koreanReader", async () => {
  await using visited = await open("/console", { locale: "ko-KR" });
  const { page } = visited;
  await page.getByRole("heading", { level: 1, name: "로그인" }).waitFor();
  await page.getByLabel("토큰").fill(await tokenOf("operator", "kim"));
  await page.keyboard.press("Enter");
  await page.getByText("kim 운영자").waitFor();
});
