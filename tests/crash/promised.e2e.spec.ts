import { describe, expect, test } from "bun:test";
import type { OrderView } from "../../gateway/schemas/order.ts";
import { auditOrder, readOrder } from "./audit.ts";
import { authenticated, orderOf, place } from "./lives.ts";
import { inShop } from "./shop.ts";
import { stacks } from "./stacks.ts";
import { takeOnly } from "./take-only.ts";

const ORDERS = 20;

describe.each(stacks)("kill -9 after a promise on $name", (stack) => {
  test.concurrent.each([0, 200])("command_runs_killedAfter202WithinAWaitOf%ims", (waitMs) =>
    inShop(stack, async (shop) => {
      const resume = await takeOnly(shop, { COMMAND_WAIT_MS: String(waitMs) });
      const answers = await Promise.all(
        Array.from({ length: ORDERS }, () =>
          shop.client.send({ path: "/orders", body: orderOf(2), key: crypto.randomUUID() }),
        ),
      );
      await shop.processes.at(-1)?.kill9();
      resume();
      expect(answers.map((answer) => answer?.status)).toEqual(answers.map(() => 202));

      await shop.start();
      for (const { request, answer } of shop.client.promised.slice(0, ORDERS)) {
        const { commandId, orderId } = answer.body;
        const command = await shop.client.until(`/commands/${commandId}`, ({ status }) => status === "done");
        expect(command).toMatchObject({ result: { orderId, state: "ordered", seq: 1 } });
        expect(await shop.client.send(request)).toMatchObject({ status: 201, body: { commandId, seq: 1 } });
        await auditOrder(shop, String(orderId));
      }
    }),
  );

  test.concurrent("webhook_takesEffect_killedAfter200", () =>
    inShop(stack, async (shop) => {
      await shop.start();
      const orderId = await place(shop, 2);
      const payment = authenticated(shop, orderId, 2);
      // The confirmation is never answered before the end: of this capture only a look-up can tell.
      shop.mock.webhooks.configure({ timing: "beforeReply" });
      const held = shop.mock.hold("confirm", { orderId, at: "beforeReply" });
      void shop.client.send({ path: `/orders/${orderId}/payment`, body: payment, key: crypto.randomUUID() });
      await held.reached;

      const resume = await takeOnly(shop);
      shop.mock.webhooks.configure({ url: `${shop.processes.at(-1)?.url}/webhooks/toss` });
      const { httpStatus } = await shop.mock.webhooks.resend(payment.paymentKey);
      await shop.processes.at(-1)?.kill9();
      resume();
      expect(httpStatus).toBe(200);
      expect(shop.mock.ledger.requests({ route: "getPayment", orderId })).toHaveLength(0);

      await shop.start();
      await shop.client.until<OrderView>(`/orders/${orderId}`, ({ state }) => state === "paid");
      const { entries } = await readOrder(shop, orderId);
      expect(entries.map(({ type }) => type)).toEqual([
        "order.placed",
        "payment.requested",
        "payment.noticed",
        "payment.captured",
      ]);
      held.release();
      await shop.client.until<OrderView>(`/orders/${orderId}`, ({ effects }) => effects.length === 0);
      await auditOrder(shop, orderId);
    }));
});
