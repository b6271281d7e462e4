import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import type { OrderStore } from "../../actors/ports.ts";
import { readConfig } from "../../deploy/config.ts";
import { openOrderStore } from "../../deploy/order-store.ts";
import type { StoredSnapshot } from "../../machines/mod.ts";
import { until } from "../failures/eventually.ts";
import { createLogBook } from "../failures/log-book.ts";
import { launchBrowser } from "./browser.ts";
import { type ConsoleLab, openConsoleLab } from "./lab.ts";
import { openPage, phone, wrongForSome } from "./opening.ts";

setDefaultTimeout(120_000);

let browser: Browser;
let lab: ConsoleLab;
let store: OrderStore;
beforeAll(async () => {
  [browser, lab] = await Promise.all([launchBrowser(), openConsoleLab()]);
  store = await openOrderStore(readConfig(lab.settings), createLogBook());
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await store?.close();
  await lab?.close();
});

const open = (path: string, options = {}) => openPage(browser, `${lab.url}${path}`, options);

/** Writes another snapshot into an order; gives the one that was there. */
const rewrite = async (orderId: string, snapshot: StoredSnapshot): Promise<StoredSnapshot> => {
  const document = (await store.load([orderId])).get(orderId);
  if (!document?.snapshot) throw new Error(`There is no ${orderId}, or it is closed.`);
  const { version } = document;
  const next = { ...document, snapshot, version: version + 1 };
  expect(await store.commit([{ document: next, expectedVersion: version }])).toContain(orderId);
  return document.snapshot;
};

const foreign = {
  machine: "<script>alert(1)</script>",
  version: 1,
  value: "sent",
  context: {},
} as unknown as StoredSnapshot;

const isDead = async (): Promise<boolean> => {
  const { deadLetters } = (await (await fetch(`${lab.url}/dead-letters`)).json()) as {
    deadLetters: unknown[];
  };
  return deadLetters.length > 0;
};

test("deadLetters_areCalm_none", async () => {
  const { page, complaints, close } = await open("/console/dead-letters");
  await page.getByText("Nothing is put aside").waitFor();
  expect(await wrongForSome(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

test("deadLetters_showWhatBecomesOfARetry_brokenThenMended", async () => {
  const orderId = await lab.place();
  const whole = await rewrite(orderId, foreign);
  await lab.post(`/orders/${orderId}/cancellations`, { reason: "changed my mind" });
  await until("it is put aside", isDead);

  const { page, close } = await open("/console/dead-letters", { viewport: phone, colorScheme: "dark" });
  await page.getByText("1 put aside").waitFor();
  await page.getByText("<script>alert(1)</script>").first().waitFor();
  expect(await wrongForSome(page)).toEqual([]);

  await page.getByRole("button", { name: /^Inspect/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("cancellation.request").waitFor();
  await dialog.getByText("SNAPSHOT_UNREADABLE").waitFor();
  expect(await wrongForSome(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  const retry = page.getByRole("button", { name: /^Retry/ });
  await retry.click();
  await page.getByText("It failed again and was put aside once more").waitFor();

  await rewrite(orderId, whole);
  await retry.click();
  await page.getByText("It ran", { exact: true }).waitFor();
  expect((await lab.order(orderId)).state).toBe("canceled");
  expect(await retry.count()).toBe(0);
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("Nothing is put aside").waitFor();
  await close();
});

test("deadLetters_sayWhatBecameOfARetry_commandWasRefused", async () => {
  const orderId = await lab.place();
  const whole = await rewrite(orderId, foreign);
  await lab.post(`/orders/${orderId}/cancellations/1/restock`);
  await until("it is put aside", isDead);
  await rewrite(orderId, whole);

  const { page, close } = await open("/console/dead-letters");
  await page.getByRole("button", { name: /^Retry/ }).click();
  await page.getByText("It ran, and was refused").waitFor();
  await page.getByRole("link", { name: "To the order" }).click();
  await page.waitForURL(`**/console/orders/${orderId}`);
  await close();
});
