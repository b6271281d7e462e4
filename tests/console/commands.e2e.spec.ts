import { expect, test } from "bun:test";
import type { HistoryEntryView } from "../../gateway/schemas/order.ts";
import { openPage } from "./opening.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

const open = (orderId: string) => openPage(stage.browser, `${stage.lab.url}/console/orders/${orderId}`);
const eventsOf = async (orderId: string): Promise<string[]> => {
  const { entries } = (await (await fetch(`${stage.lab.url}/orders/${orderId}/history`)).json()) as {
    entries: HistoryEntryView[];
  };
  return entries.map(({ type }) => type);
};

test("order_isPaid_paymentKeyTypedIn", async () => {
  const orderId = await stage.lab.place();
  const { paymentKey } = stage.lab.mock.authenticate({ orderId, amount: 39_000 });
  await using visited = await open(orderId);
  const { page, complaints } = visited;
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  expect(await page.getByLabel("Amount, KRW").inputValue()).toBe("39000");
  await page.getByLabel("Payment key").fill(paymentKey);
  await page.getByRole("dialog").getByRole("button", { name: "Pay", exact: true }).click();
  await page.locator(".chart-state.lit[data-state=paid]").waitFor();
  expect((await stage.lab.order(orderId)).balance).toBe(39_000);
  expect(complaints).toEqual([]);
});

test("pieces_areCancelledAndRefunded_chosenByLine", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(orderId);
  const { page } = visited;
  await page.getByRole("button", { name: "Cancel items" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("All that is still open").uncheck();
  await dialog.getByLabel("Reason").fill("too bitter");
  await dialog.getByRole("button", { name: "Cancel items" }).click();
  await dialog.getByText("Choose at least one piece.").waitFor();
  await dialog.getByLabel("녹차").fill("2");
  await dialog.getByRole("button", { name: "Cancel items" }).click();
  await page.getByRole("button", { name: "Restock" }).click();
  await page.locator(".chart-state.lit[data-state=partiallyRefunded]").waitFor();
  await page.getByText("2 refunded").waitFor();
  expect(await stage.lab.order(orderId)).toMatchObject({ refundedAmount: 24_000, balance: 15_000 });
});

test("refusal_isToldWithCodeAndRemedy_staleForm", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(orderId);
  const { page } = visited;
  await page.getByRole("button", { name: "Confirm purchase" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("All that is still open").uncheck();
  await dialog.getByLabel("녹차").fill("3");
  // Meanwhile somebody cancels what the form still offers; the open form keeps what was typed.
  await stage.lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "tea", quantity: 2 }],
    reason: "elsewhere",
  });
  await dialog.locator("form").evaluate((form) => form.setAttribute("novalidate", ""));
  await dialog.getByRole("button", { name: "Confirm purchase" }).click();
  await dialog.getByRole("alert").getByText("ITEM_ALREADY_CANCELING").waitFor();
  expect(await eventsOf(orderId)).not.toContain("purchase.confirmed");
});

test("click_runsOnce_replyLostAndSentAgain", async () => {
  const orderId = await stage.lab.placePaid();
  await stage.lab.post(`/orders/${orderId}/cancellations`, { reason: "wrong size" });
  await using visited = await open(orderId);
  const { page } = visited;
  const withdraw = page.getByRole("button", { name: "Withdraw" });
  await withdraw.waitFor();
  const keys: string[] = [];
  await page.route("**/withdrawal", async (route) => {
    keys.push(String(route.request().headers()["idempotency-key"]));
    const response = await route.fetch();
    // The first reply is lost on its way although the command has run.
    return keys.length === 1 ? route.abort() : route.fulfill({ response });
  });
  // The page learns of the event by its stream; held back, the button is still there as after a lost connection.
  await page.route(`**/orders/${orderId}`, (route) => route.abort());
  await withdraw.click();
  await page.getByRole("alert").getByText("No answer came: whether it ran is not known").waitFor();
  await page.locator(".command-outcome").getByRole("button", { name: "Try again" }).click();
  await page.locator(".command-outcome").waitFor({ state: "detached" });
  expect(keys).toHaveLength(2);
  expect(keys[1]).toBe(String(keys[0]));
  expect((await eventsOf(orderId)).filter((type) => type === "cancellation.withdrawn")).toHaveLength(1);
});

test("eachClick_hasItsOwnKey_sameCommandTwice", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await open(orderId);
  const { page } = visited;
  const keys = new Set<string>();
  page.on("request", (request) => {
    if (request.method() === "POST") keys.add(String(request.headers()["idempotency-key"]));
  });
  for (const left of [2, 1]) {
    await page.getByRole("button", { name: "Confirm purchase" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("All that is still open").uncheck();
    await dialog.getByLabel("녹차").fill("1");
    await dialog.getByRole("button", { name: "Confirm purchase" }).click();
    await page.getByText(`${left} active`).first().waitFor();
  }
  expect(keys.size).toBe(2);
});
