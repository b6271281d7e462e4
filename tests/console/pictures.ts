/**
 * Takes the README's pictures of the console from a shop that runs and has something to show:
 *
 *   bun run start --mock
 *   bun run simulate --orders 2000 --rate 14 --think 2500   (beside it, while the pictures are taken)
 *   bun tests/console/pictures.ts http://127.0.0.1:8080
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { OrderView } from "../../gateway/schemas/order.ts";
import { launchBrowser } from "./browser.ts";
import { openPage } from "./opening.ts";

const FOLDER = "gateway/console/pictures";
const url = process.argv[2] ?? "http://127.0.0.1:8080";

/** The order of which most is to be told. */
const richest = async (): Promise<string> => {
  const answer = await fetch(`${url}/orders?state=partiallyRefunded&limit=200`);
  const { orders } = (await answer.json()) as { orders: OrderView[] };
  const told = ({ cancellations, lines }: OrderView) => cancellations.length * 2 + lines.length;
  const [most] = orders.toSorted((a, b) => told(b) - told(a));
  if (!most) throw new Error(`${url} has no order that was refunded in part. Let simulate run for a while.`);
  return most.orderId;
};

mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
const pictures = [
  {
    name: "fleet",
    path: "/console",
    ready: ".chart-state",
    colorScheme: "light",
    height: 860,
    waitMs: 45_000,
  },
  {
    name: "order",
    path: `/console/orders/${await richest()}`,
    ready: ".chart-state.lit",
    colorScheme: "dark",
    height: 1_380,
    waitMs: 2_000,
  },
] as const;
for (const { name, path, ready, colorScheme, height, waitMs } of pictures) {
  const viewport = { width: 1440, height };
  await using visited = await openPage(browser, `${url}${path}`, { viewport, colorScheme });
  await visited.page.locator(ready).first().waitFor();
  await Bun.sleep(waitMs); // the last minute fills up while someone looks
  await visited.page.screenshot({ path: join(FOLDER, `${name}.png`) });
  console.log(join(FOLDER, `${name}.png`));
}
await browser.close();
