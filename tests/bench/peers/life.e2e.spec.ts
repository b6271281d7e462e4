import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../deploy/servers/ports.ts";
import { startProcess } from "../../crash/process.ts";
import { stacks } from "../../crash/stacks.ts";
import { openLine } from "./client/line.ts";
import { type Memory, startLoad } from "./client/load.ts";
import { startTossDouble } from "./double/mod.ts";
import { commands } from "./jumun/commands.ts";
import { settings } from "./jumun/embedded.ts";
import { orderOf, PAID, REFUNDED, steps } from "./life.ts";

const CLIENTS = 4;

describe.each(stacks)("the benches' order life on $name", (stack) => {
  test("everyStep_isAcknowledgedOnceAndInOrder_aLifeOfEachClient", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jumun-life-"));
    const place = { folder, name: `life${crypto.randomUUID().slice(0, 8)}` };
    const double = await startTossDouble();
    const shop = startProcess({
      env: { ...settings({ folder, doubleUrl: double.url }), ...stack.settings(place) },
      folder,
      port: await freePort(),
    });
    try {
      await shop.ready();
      const memories: Memory[] = [];
      const load = await startLoad({
        url: shop.url,
        commands,
        clients: CLIENTS,
        name: place.name,
        onCommand() {},
        memories,
      });
      await load.finish();

      expect(memories.map(({ told }) => told)).toEqual(Array.from({ length: CLIENTS }, () => [...steps]));
      const line = await openLine(shop.url);
      for (const { name, said } of memories) {
        const order = orderOf(name);
        const answer = await line.ask(commands.look(order, said));
        const standing = { step: "refund", paid: PAID, refunded: REFUNDED } as const;
        expect(commands.standing(answer, order)).toEqual(standing);
        expect(commands.idOf?.(order).orderId).toBe(said.orderId ?? "");
        expect(double.ledger.account(order.paymentKey)).toMatchObject({
          capturedAmount: PAID,
          refundedAmount: REFUNDED,
        });
      }
      line.close();
    } finally {
      await shop.kill9();
      await double.stop();
      await stack.clear(place);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
