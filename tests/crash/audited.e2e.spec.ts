import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import type { VerifyReport } from "../../actors/audit/verify/verify.ts";
import { launch } from "../../deploy/servers/process.ts";
import { liveOrder } from "./lives.ts";
import { createRandom, seedOfRun } from "./random.ts";
import { inShop, type Shop } from "./shop.ts";
import { stacks } from "./stacks.ts";

const VERIFY = resolve(import.meta.dir, "../../deploy/audit.ts");
const CUSTOMERS = 8;
const KILLS = 2;

type Verified = VerifyReport & { readonly whole: boolean };

/** Runs `bun run audit:verify` over the shop's stores, as somebody beside it would. */
const verifyShop = async (shop: Shop, ...args: string[]): Promise<{ ended: string; report: Verified }> => {
  const logFile = `${shop.folder}/verify-${crypto.randomUUID()}.log`;
  const child = launch({
    command: [process.execPath, VERIFY, "--json", ...args],
    env: { ...shop.settings, LOG_LEVEL: "silent" },
    logFile,
    deathSignal: "KILL",
  });
  const ended = await child.exited;
  const output = await Bun.file(logFile).text();
  const json = output.split("\n").find((line) => line.startsWith("{"));
  if (!json) throw new Error(`It ended with ${ended} and no report:\n${output}`);
  return { ended, report: JSON.parse(json) as Verified };
};

const headOf = ({ trail: { newest } }: Verified): string => `${newest?.n}:${newest?.hash}`;

describe.each(stacks)("audit on $name", (stack) => {
  test("verify_isWhole_besideARunningShopAndAfterKills", () =>
    inShop(stack, async (shop) => {
      const seed = seedOfRun();
      console.log(`CRASH_SEED=${seed} on ${stack.name}`);
      const env = { AUDIT_SEAL_SECONDS: "1" };
      await shop.start({ env });

      let going = true;
      const customers = Array.from({ length: CUSTOMERS }, async (_, customer) => {
        const random = createRandom(seed + customer);
        const orders: string[] = [];
        while (going) orders.push(await liveOrder(shop, random));
        return orders;
      });
      const kept: string[] = [];
      const look = async () => {
        const since = kept.flatMap((head) => ["--since", head]);
        const { ended, report } = await verifyShop(shop, ...since);
        expect({ ended, findings: report.findings }).toEqual({ ended: "exit code 0", findings: [] });
        kept.push(headOf(report));
      };
      for (let kill = 0; kill < KILLS; kill += 1) {
        await look();
        await shop.processes.at(-1)?.kill9();
        await shop.start({ env });
      }
      await look();
      going = false;
      const orderIds = (await Promise.all(customers)).flat();
      expect(await shop.processes.at(-1)?.stop()).toBe("exit code 0");

      // The last run has sealed what the killed ones left, and says at its end that nothing is left.
      const { ended, report } = await verifyShop(
        shop,
        "--strict",
        ...kept.flatMap((head) => ["--since", head]),
      );
      expect({ ended, findings: report.findings, unsealed: report.unsealed }).toEqual({
        ended: "exit code 0",
        findings: [],
        unsealed: { orders: 0, oldest: null },
      });
      expect(report.orders).toBeGreaterThanOrEqual(orderIds.length);
      const { report: another, ended: refused } = await verifyShop(shop, "--since", `1:${"A".repeat(43)}`);
      expect(refused).toBe("exit code 65");
      expect(another.findings).toMatchObject([{ code: "KEPT_HEAD_NOT_FOUND", n: 1 }]);
      console.log(`${report.orders} orders, ${report.trail.records} records: whole after ${KILLS} kills`);
    }));
});
