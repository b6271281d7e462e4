import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { until } from "../failures/eventually.ts";
import { openPage } from "./opening.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

const open = (orderId: string, query = "") =>
  openPage(stage.browser, `${stage.lab.url}/console/orders/${orderId}${query}`);

/** Two of three teas go back and are refunded. */
const refundTea = async (orderId: string): Promise<void> => {
  await stage.lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "tea", quantity: 2 }],
    reason: "too bitter",
  });
  await stage.lab.post(`/orders/${orderId}/cancellations/1/restock`);
  await until("it is refunded", async () => (await stage.lab.order(orderId)).state === "partiallyRefunded");
};

/** What the page says of the order, all at once. */
const told = async (page: Page) => ({
  state: await page.locator(".order-state > .chip code").textContent(),
  lit: await page.locator(".chart-state.lit").getAttribute("data-state"),
  money: await page.locator(".order-head .fact:nth-child(-n+4) dd").allTextContents(),
  pieces: await page.locator(".pieces-words").allTextContents(),
});

const untouched = ["3 active", "1 active"];
const past = [
  { state: "ordered", money: ["₩39,000", "not paid", "₩0", "₩0"], pieces: untouched },
  { state: "paying", money: ["₩39,000", "not paid", "₩0", "₩0"], pieces: untouched },
  { state: "paid", money: ["₩39,000", "₩39,000", "₩0", "₩39,000"], pieces: untouched },
  {
    state: "cancelRequested",
    money: ["₩39,000", "₩39,000", "₩0", "₩39,000"],
    pieces: ["1 active2 canceling", "1 active"],
  },
  {
    state: "restocked",
    money: ["₩39,000", "₩39,000", "₩0", "₩39,000"],
    pieces: ["1 active2 canceling", "1 active"],
  },
  {
    state: "refunding",
    money: ["₩39,000", "₩39,000", "₩0", "₩39,000"],
    pieces: ["1 active2 canceling", "1 active"],
  },
  {
    state: "partiallyRefunded",
    money: ["₩39,000", "₩39,000", "₩24,000", "₩15,000"],
    pieces: ["1 active2 refunded", "1 active"],
  },
];

test("order_showsStateLinesAndMoneyOfEachStep_scrubbedBackAndForth", async () => {
  const orderId = await stage.lab.placePaid();
  await refundTea(orderId);
  await using visited = await open(orderId);
  const { page, complaints } = visited;
  const last = past.length;
  await page.locator("output", { hasText: `${last} / ${last}` }).waitFor();
  const walk = [...past.keys()].map((index) => index + 1);
  for (const seq of [...walk.toReversed(), ...walk]) {
    await page.getByRole("slider").fill(String(seq));
    await page.locator("output", { hasText: `${seq} / ${last}` }).waitFor();
    const step = past[seq - 1];
    expect({ seq, ...(await told(page)) }).toEqual({ seq, ...step, lit: step?.state } as never);
  }
  expect(complaints).toEqual([]);
});

test("order_doesNotShowAPastThatItHasNotRead_linkToAStepAndSlowHistory", async () => {
  const orderId = await stage.lab.placePaid();
  const release = Promise.withResolvers<void>();
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/nowhere`);
  const { page } = visited;
  await page.route("**/history?*", async (route) => {
    await release.promise;
    await route.continue();
  });
  await page.goto(`${stage.lab.url}/console/orders/${orderId}?at=3`); // the newest needs no history
  await page.locator(".order-state > .chip", { hasText: "Paid" }).waitFor();
  await page.goto(`${stage.lab.url}/console/orders/${orderId}?at=2`);
  await page.getByRole("status").getByText("Loading…").waitFor();
  expect(await page.locator(".order-state").count()).toBe(0);
  release.resolve();
  await page.locator(".chart-state.lit[data-state=paying]").waitFor();
});

test("order_readsItsHistoryWhenAsked_historyFailedAtFirst", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/nowhere`);
  const { page } = visited;
  await page.route("**/history?*", (route) => route.abort());
  await page.goto(`${stage.lab.url}/console/orders/${orderId}`);
  await page.getByRole("alert").getByText("The gateway can't be reached").waitFor();
  await page.unroute("**/history?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("output", { hasText: "3 / 3" }).waitFor();
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("order_goesOnByItsHistory_orderItselfCanNotBeRead", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(orderId);
  const { page } = visited;
  await page.locator("output", { hasText: "3 / 3" }).waitFor();
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  await page.route(`**/orders/${orderId}`, (route) => route.abort());
  await refundTea(orderId);
  await page.locator("output", { hasText: "7 / 7" }).waitFor();
  expect(await told(page)).toEqual({ ...past[6], lit: "partiallyRefunded" } as never);
});

test.each(["?at=99", "?at=0", "?at=-1", "?at=two", "?at=1e3", "?at="])(
  "order_isShownAsItIs_%s",
  async (query) => {
    const orderId = await stage.lab.placePaid();
    await using visited = await open(orderId, query);
    const { page, complaints } = visited;
    await page.locator("output", { hasText: "3 / 3" }).waitFor();
    await page.getByRole("button", { name: "Confirm purchase" }).waitFor();
    expect(await page.locator(".as-it-was").count()).toBe(0);
    expect(complaints).toEqual([]);
  },
);
