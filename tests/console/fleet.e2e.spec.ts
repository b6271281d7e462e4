import { expect, test } from "bun:test";
import type { Fleet } from "../../gateway/schemas/fleet.ts";
import { until } from "../failures/eventually.ts";
import { openPage, wrongForSome } from "./opening.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

test("fleet_doesNotSayThatAllIsWell_payingOrdersNotLookedAt", async () => {
  const fleet = (await (await fetch(`${stage.lab.url}/fleet`)).json()) as Fleet;
  const told = { ...fleet, stuck: { ...fleet.stuck, payingUnexamined: 1_600 } };
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console/dead-letters`);
  const { page } = visited;
  await page.route("**/fleet/events", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      body: `retry: 600000\n\nevent: fleet\ndata: ${JSON.stringify(told)}\n\n`,
    }),
  );
  await page.getByRole("link", { name: "Fleet" }).click();
  await page.getByText("+ 1,600 not looked at").waitFor();
  await page.getByRole("link", { name: /^1,600 more orders are paying/ }).waitFor();
  expect(await page.getByText("Nothing is stuck").count()).toBe(0);
  expect(await wrongForSome(page)).toEqual([]);
});

test("fleet_moves_ordersMove", async () => {
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console`);
  const { page, complaints } = visited;
  await page.getByText("Nothing is stuck").waitFor();
  const orderId = await stage.lab.placePaid();
  await page.getByRole("link", { name: /^Paid: 1 order\. / }).waitFor();
  // What led there in the last minute stands beside the way.
  await page.locator(".chart-labels text.busy", { hasText: "Order placed 1" }).waitFor();
  await stage.lab.post(`/orders/${orderId}/cancellations`, { reason: "changed my mind" });
  await page.getByRole("link", { name: /^Cancel requested: 1 order\. / }).waitFor();
  await page.getByRole("link", { name: /^Paid: 0 orders\. / }).waitFor();
  expect(complaints).toEqual([]);
});

const views = ["/console", "/console/orders", "/console/orders/:id", "/console/orders/:id?at=2"] as const;

test("views_areInKorean_koreanBrowser", async () => {
  const orderId = await stage.lab.placePaid();
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console`, { locale: "ko-KR" });
  const { page, complaints } = visited;
  for (const view of [...views, "/console/settlements", "/console/dead-letters", "/console/nowhere"]) {
    await page.goto(`${stage.lab.url}${view.replace(":id", orderId)}`);
    await page
      .locator(view.includes("orders/") || view === "/console" ? ".chart-state" : "h1")
      .first()
      .waitFor();
    const texts = await page.locator("h2, dt, th, .empty, .hint, nav a, main .button").allTextContents();
    expect(texts.length).toBeGreaterThanOrEqual(4);
    expect({
      view,
      foreign: texts.filter((text) => /[a-z]{3}/i.test(text) && !/[가-힣]/.test(text)),
    }).toEqual({
      view,
      foreign: [],
    });
  }
  expect(complaints).toEqual([]);
});

// Last, since Toss stays away.
test("fleet_listsWhatIsStuck_tossGoesAwayWhileOneLooks", async () => {
  const orderId = await stage.lab.place();
  const { paymentKey } = stage.lab.mock.authenticate({ orderId, amount: 39_000 });
  await using visited = await openPage(stage.browser, `${stage.lab.url}/console`);
  const { page } = visited;
  await page.getByText("Nothing is stuck").waitFor();
  stage.lab.mock.faults.next("confirm", { kind: "dropBefore" }, { times: 1_000, orderId });
  for (const route of ["getPayment", "getOrderPayment"] as const) {
    stage.lab.mock.faults.next(route, { kind: "dropBefore" }, { times: 1_000 });
  }
  const body = { paymentKey, amount: 39_000 };
  const paying = stage.lab.post(`/orders/${orderId}/payment`, body);
  await page.getByRole("region", { name: "Payment unknown" }).getByRole("link", { name: orderId }).waitFor();
  await page.getByRole("link", { name: /^Paying: 1 order\..* \(1 stuck\)/ }).waitFor();

  // A try that comes to nothing is no event; the order's page tells of it all the same.
  await page.goto(`${stage.lab.url}/console/orders/${orderId}`);
  const tries = page.getByRole("region", { name: "Waiting for" }).locator(".card-notes span").first();
  const before = await tries.textContent();
  await until("another try is told", async () => (await tries.textContent()) !== before);
  expect((await paying).status).toBe(202);
});
