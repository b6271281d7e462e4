import { afterEach, expect, test } from "bun:test";
import { until } from "./eventually.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("Toss can't be reached, or does not let us in", (stack) => {
  let shop: Shop | undefined;
  afterEach(() => shop?.close());

  test("confirm_waitsLoudlyAndRecovers_theSecretKeyIsWrong", async () => {
    shop = await openShop(stack, { toss: { secretKey: "test_sk_of_another_shop" } });
    const order = await shop.place({ tea: [1, 10_000] });
    await order.pay();
    await until("it was tried again", () => order.calls("confirm").length > 2);
    expect(shop.log.says("error", "until an operator acts")).toBe(true);
    expect((await order.document()).state).toBe("paying");
    await shop.restart("stop", {}); // with the right key
    await order.ends({ state: "paid", captured: 10_000 });
    expect(new Set(order.calls("confirm").map((call) => call.idempotencyKey)).size).toBe(1);
  });

  test("effects_areRetriedUntilTheyTakePlaceOnce_tossIsDownAndUp", async () => {
    let down = false;
    const nobody = await closedOrigin();
    shop = await openShop(stack, {
      toss: { fetch: (url, init) => fetch(down ? url.replace(/^http:\/\/[^/]+/, nobody) : url, init) },
    });
    const refunding = await shop.placePaid({ tea: [1, 10_000] });
    await refunding.cancel();
    const paying = await shop.place({ tea: [1, 10_000] });
    const paymentKey = await paying.authenticate();
    down = true;
    await Promise.all([refunding.restock("1"), paying.pay(paymentKey)]);
    for (const order of [refunding, paying]) {
      await until("it was tried again and again", async () => {
        const [effect] = (await order.document()).effects;
        return effect !== undefined && effect.tries > 3;
      });
    }
    await until("the circuit opens", () => shop?.log.says("warn", "Toss is down") === true);
    down = false;
    await paying.ends({ state: "paid", captured: 10_000 });
    await refunding.ends({ state: "refunded", captured: 10_000, refunded: 10_000 });
    expect([paying.calls("confirm").length, refunding.calls("cancel").length]).toEqual([1, 1]);
  });
});

/** Where nobody listens. */
const closedOrigin = async (): Promise<string> => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { origin } = server.url;
  await server.stop(true);
  return origin;
};
