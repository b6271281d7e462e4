import { expect, test } from "bun:test";
import { offer } from "../bench/open-loop.ts";
import { readOrder } from "../crash/audit.ts";
import { pay, place } from "../crash/lives.ts";
import { inShop, type Shop } from "../crash/shop.ts";
import { embedded } from "../crash/stacks.ts";

const HOSTILE = 10_000;
/** Notices of one payment that become a command, a minute; the flood may touch two minutes. */
const NOTICES = 2 * 20;
const ADDRESSES = 50;

const webhook = (orderId: string, paymentKey: string, from: string, transmission: string): string => {
  const body = JSON.stringify({
    eventType: "PAYMENT_STATUS_CHANGED",
    createdAt: "2026-11-23T10:00:00.000000",
    data: { orderId, paymentKey, status: "DONE", totalAmount: 1 },
  });
  return (
    `POST /webhooks/toss HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Forwarded-For: ${from}\r\n` +
    `tosspayments-webhook-transmission-id: ${transmission}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
};

const keyOf = async (shop: Shop, orderId: string): Promise<string> => {
  const { order } = await readOrder(shop, orderId);
  return String(order.payments[0]?.paymentKey);
};

/** Of who guesses, who knows an order, who knows a payment (its own customer does), and who repeats what was sent. */
const hostile = (orderId: string, paymentKey: string) => (n: number) => {
  const from = `198.51.100.${n % ADDRESSES}`;
  switch (n % 4) {
    case 0:
      return webhook(`o-nowhere-${n}`, `key-${n}`, from, `t-${n}`);
    case 1:
      return webhook(orderId, `key-${n}`, from, `t-${n}`);
    case 2:
      return webhook(orderId, paymentKey, from, `t-${n}`);
    default:
      return webhook(orderId, paymentKey, from, "t-again");
  }
};

test("flood_makesLittleWorkAndHoldsNobodyUp_tenThousandHostileWebhooks", () =>
  inShop(embedded, async (shop) => {
    const env = { TRUSTED_PROXIES: "127.0.0.0/8", RATE_LIMIT_WEBHOOKS_PER_SECOND: "200" };
    const { url } = await shop.start({ env });
    const victim = await place(shop, 1);
    await pay(shop, victim, 1);
    const genuine = await place(shop, 1);
    await pay(shop, genuine, 1);
    const keys = { victim: await keyOf(shop, victim), genuine: await keyOf(shop, genuine) };
    const lookups = (orderId: string) => shop.mock.ledger.requests({ route: "getPayment", orderId }).length;
    const before = (await readOrder(shop, victim)).order.seq;

    const flood = offer({
      url,
      rate: 2_500,
      seconds: HOSTILE / 2_500,
      connections: 64,
      lateMs: 30_000,
      request: hostile(victim, keys.victim),
    });
    // Toss' own one, sent again as Toss does it until it is taken.
    const sent = { status: 0, tries: 0 };
    while (sent.status !== 200 && sent.tries < 50) {
      sent.tries += 1;
      const [head = "", body = ""] = webhook(genuine, keys.genuine, "203.0.113.1", "t-genuine").split(
        "\r\n\r\n",
      );
      const headers = Object.fromEntries(
        head
          .split("\r\n")
          .slice(2, 5)
          .map((line) => line.split(": ")),
      );
      sent.status = (await fetch(`${url}/webhooks/toss`, { method: "POST", headers, body })).status;
      if (sent.status !== 200) await Bun.sleep(100);
    }
    expect(sent.status).toBe(200);
    const bought = await place(shop, 2); // and customers go on buying
    await pay(shop, bought, 2);

    const run = await flood;
    expect({ broken: run.broken, unanswered: run.unanswered }).toEqual({ broken: 0, unanswered: 0 });
    expect([...run.statuses.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
    expect(run.statuses.get(429)).toBeGreaterThan(HOSTILE / 4);

    await shop.client.until(`/orders/${genuine}/history?limit=500`, ({ entries }) =>
      (entries as { type: string }[]).some(({ type }) => type === "payment.noticed"),
    );
    const after = await readOrder(shop, victim);
    expect(after.order.state).toBe("paid");
    expect(after.order.seq - before).toBeGreaterThan(0);
    expect(after.order.seq - before).toBeLessThanOrEqual(NOTICES);
    expect(lookups(victim)).toBeLessThanOrEqual(NOTICES);
    expect(lookups(genuine)).toBeLessThanOrEqual(2);
    expect(shop.mock.ledger.requests({ route: "getPayment" }).length).toBeLessThanOrEqual(NOTICES + 4);
  }));
