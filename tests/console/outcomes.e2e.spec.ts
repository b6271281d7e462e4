import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { HistoryEntryView } from "../../gateway/schemas/order.ts";
import { openPage } from "./opening.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

const open = (orderId: string) => openPage(stage.browser, `${stage.lab.url}/console/orders/${orderId}`);

const placeCanceling = async (): Promise<string> => {
  const orderId = await stage.lab.placePaid();
  await stage.lab.post(`/orders/${orderId}/cancellations`, { reason: "wrong size" });
  return orderId;
};

const times = async (orderId: string, event: string): Promise<number> => {
  const { entries } = (await (await fetch(`${stage.lab.url}/orders/${orderId}/history`)).json()) as {
    entries: HistoryEntryView[];
  };
  return entries.filter(({ type }) => type === event).length;
};

const confirmTea = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "Confirm purchase" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("All that is still open").uncheck();
  await dialog.getByLabel("녹차").fill("1");
  await dialog.getByRole("button", { name: "Confirm purchase" }).click();
};

test("refusal_staysToBeRead_twoBrowsersClickTheSame", async () => {
  const orderId = await placeCanceling();
  await using first = await open(orderId);
  await using second = await open(orderId);
  await first.page.getByRole("button", { name: "Withdraw", exact: true }).waitFor();
  await second.page.getByRole("button", { name: "Withdraw", exact: true }).waitFor();
  // The second click is on its way while the first is taken, and the second's button is gone before it is answered.
  const release = Promise.withResolvers<void>();
  await second.page.route("**/withdrawal", async (route) => {
    await release.promise;
    await route.continue();
  });
  await second.page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await first.page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await second.page.getByText("Withdrawn", { exact: true }).waitFor();
  release.resolve();
  await second.page.getByRole("alert").getByText("CANCELLATION_WITHDRAWN").waitFor();
  await second.page.getByRole("button", { name: "Withdraw", exact: true }).waitFor({ state: "detached" });
  expect(await times(orderId, "cancellation.withdrawn")).toBe(1);
});

test("refusal_isTold_answerWas202AndTheCommandIsRefusedLater", async () => {
  const orderId = await placeCanceling();
  await using visited = await open(orderId);
  const { page } = visited;
  let looks = 0;
  await page.route("**/withdrawal", async (route) => {
    await stage.lab.post(`/orders/${orderId}/cancellations/1/withdrawal`);
    const { commandId } = (await (await route.fetch()).json()) as { commandId: string };
    await route.fulfill({ status: 202, json: { commandId, orderId, status: "pending", _links: {} } });
  });
  await page.route("**/commands/*", async (route) => {
    looks += 1;
    if (looks > 1) return route.continue();
    return route.fulfill({ json: { commandId: "c", orderId, status: "pending", _links: {} } });
  });
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await page.getByRole("status").getByText("Taken, and not done yet").waitFor();
  await page.getByRole("alert").getByText("CANCELLATION_WITHDRAWN").waitFor();
  expect(looks).toBe(2);
});

test("refusal_isTold_formClosedBeforeTheAnswer", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(orderId);
  const { page } = visited;
  const release = Promise.withResolvers<void>();
  await page.route("**/purchase-confirmation", async (route) => {
    await release.promise;
    await stage.lab.post(`/orders/${orderId}/cancellations`, { reason: "elsewhere" });
    await route.continue();
  });
  await confirmTea(page);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  release.resolve();
  await page.getByRole("alert").getByText("ITEM_ALREADY_CANCELING").waitFor();
});

test("form_runsOnce_replyLostAndFilledInAgain", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(orderId);
  const { page } = visited;
  const keys: string[] = [];
  await page.route("**/purchase-confirmation", async (route) => {
    keys.push(String(route.request().headers()["idempotency-key"]));
    const response = await route.fetch();
    return keys.length === 1 ? route.abort() : route.fulfill({ response });
  });
  await confirmTea(page);
  await page.getByRole("alert").getByText("No answer came: whether it ran is not known").waitFor();
  await page.keyboard.press("Escape");
  await confirmTea(page);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(keys).toHaveLength(2);
  expect(keys[1]).toBe(String(keys[0]));
  expect(await times(orderId, "purchase.confirmed")).toBe(1);
  // Answered by now: the same again is meant as another.
  await confirmTea(page);
  await page.getByText("2 confirmed").waitFor();
  expect(new Set(keys).size).toBe(2);
});

test("focus_staysAtTheCommands_buttonGoesWithItsClick", async () => {
  const orderId = await placeCanceling();
  await using visited = await open(orderId);
  const { page } = visited;
  await page.getByRole("button", { name: "Withdraw", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Withdrawn", { exact: true }).waitFor();
  await page.locator(".card .commands:focus").waitFor({ state: "attached" });
});
