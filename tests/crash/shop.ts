import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../deploy/servers/ports.ts";
import { startTossMock, type TossMock } from "../toss/mod.ts";
import { createClient, type ShopClient } from "./client.ts";
import { type ShopProcess, startProcess } from "./process.ts";
import type { Stack } from "./stacks.ts";

/** One shop on its own data, with its own Toss: what lives on while its processes come and go. */
export interface Shop {
  readonly mock: TossMock;
  /** Talks to the shop's gateways in turn, whichever processes listen there. */
  readonly client: ShopClient;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Starts a process on the shop's data and waits until it is ready. */
  start(options?: ShopStart): Promise<ShopProcess>;
  /** All that were started, oldest first. */
  readonly processes: readonly ShopProcess[];
}

export interface ShopStart {
  readonly env?: Readonly<Record<string, string>>;
  /** Which of the shop's gateways it is; one process at a time can be it. The first when left out. */
  readonly gateway?: number;
  readonly program?: string;
}

/** Opens a shop on `stack` for `body` and clears it away; when `body` fails, tells what its processes wrote last. */
export const inShop = async (
  stack: Stack,
  body: (shop: Shop) => Promise<void>,
  { gateways = 1 } = {},
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-crash-"));
  const place = { folder, name: `crash${crypto.randomUUID().slice(0, 8)}` };
  const mock = await startTossMock({ webhookRetries: [] });
  const ports = await Promise.all(Array.from({ length: gateways }, freePort));
  const processes: ShopProcess[] = [];
  const settings = {
    ...stack.settings(place),
    TOSS_BASE_URL: mock.url,
    TOSS_SECRET_KEY: mock.secretKey,
    TOSS_MID: mock.mId,
    TOSS_MAX_PER_SECOND: "10000",
    LOG_LEVEL: "info",
  };
  const shop: Shop = {
    mock,
    client: createClient(ports.map((port) => `http://127.0.0.1:${port}`)),
    folder,
    settings,
    processes,
    async start({ env = {}, gateway = 0, program } = {}) {
      const port = ports[gateway] ?? 0;
      const one = startProcess({ env: { ...settings, ...env }, folder, port, program });
      processes.push(one);
      await one.ready();
      return one;
    },
  };
  try {
    await body(shop);
  } catch (error) {
    for (const one of processes) console.error(`--- process ${one.pid} on ${stack.name}\n${one.tail()}`);
    throw error;
  } finally {
    for (const one of processes) await one.kill9();
    await mock.stop();
    await stack.clear(place);
    rmSync(folder, { recursive: true, force: true });
  }
};
