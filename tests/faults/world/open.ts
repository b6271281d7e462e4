import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { silentLog } from "../../../actors/ports.ts";
import { readConfig } from "../../../deploy/config.ts";
import { openOrderStore } from "../../../deploy/order-store.ts";
import { freePort } from "../../../deploy/servers/ports.ts";
import { startTossMock } from "../../toss/mod.ts";
import { openSettling } from "../settling/settling.ts";
import { createLines } from "./lines.ts";
import { openServers, type ServersUsed } from "./servers.ts";
import { createShopMember } from "./shop-member.ts";
import type { World } from "./world.ts";

export interface WorldOptions {
  /** Gets logs, record and embedded data. */
  readonly folder: string;
  readonly stack: "embedded" | "servers";
  /** The poller and the loaders beside the orders; on servers, with Kafka. */
  readonly settlement: boolean;
  /** A defect, by its number. */
  readonly plant?: number | undefined;
}

/** Starts all that the nemesis will break, whole. */
export const openWorld = async ({ folder, stack, settlement, plant }: WorldOptions): Promise<World> => {
  mkdirSync(folder, { recursive: true });
  await using opened = new AsyncDisposableStack();
  const troubles: string[] = [];
  const onTrouble = (message: string) => void troubles.push(message);
  const mock = await startTossMock({ webhookRetries: [] });
  opened.defer(() => mock.stop());
  const { all: lines, open: line } = createLines(opened);

  const port = await freePort();
  const url = `http://127.0.0.1:${await line("clients to gateway", port)}`;
  const tossUrl = `http://127.0.0.1:${await line("shop to Toss", mock.port)}`;
  const used: ServersUsed | undefined =
    stack === "servers" ? await openServers({ kafka: settlement }) : undefined;
  if (used) {
    opened.defer(() => used.close());
    lines.push(...used.lines);
  }

  const common = {
    AUTH: "dev",
    DATA_DIR: join(folder, "data"),
    MONGODB_DATABASE: "jumun",
    TOSS_BASE_URL: tossUrl,
    TOSS_SECRET_KEY: mock.secretKey,
    SETTLEMENT_CALLS_PER_SECOND: "60",
    LOG_LEVEL: "info",
    ...(plant !== undefined && { PLANT: String(plant) }),
  };
  const settings = { ...common, ...(used?.settings ?? { NATS_URL: "", MONGODB_URL: "", KAFKA_BROKERS: "" }) };
  const direct = { ...settings, ...used?.direct, TOSS_BASE_URL: mock.url, TOSS_MID: mock.mId };
  const shopSettings = {
    ...settings,
    TOSS_MID: mock.mId,
    TOSS_MAX_PER_SECOND: "10000",
    TOSS_TIMEOUT_MS: "1000",
    // The embedded bus keeps a command only once its caller is told 202: here many are, and kills find them promised.
    COMMAND_WAIT_MS: used ? "2000" : "20",
    PAYMENT_WAIT_MS: "3000",
    // As short as it can be, so that kills fall between seals.
    AUDIT_SEAL_SECONDS: "1",
  };

  // The second defect shows only where two write: there the second runtime takes no notice of leases from the start.
  let isLonely = plant === 2;
  const member = (name: string, role: "all" | "gateway" | "runtime", mayUsurp = false) =>
    createShopMember({
      name,
      folder,
      port,
      env: () => ({ ...shopSettings, JUMUN_ROLE: role, ...(mayUsurp && isLonely && { LEASES: "ignored" }) }),
      onTrouble,
    });
  const second = used && member("runtime 2", "runtime", true);
  const shop = second
    ? [member("gateway", "gateway"), member("runtime 1", "runtime"), second]
    : [member("shop", "all")];
  for (const one of shop) opened.defer(() => one.kill());
  await Promise.all(shop.map((one) => one.start()));
  const restartSecond = async (lonely: boolean) => {
    isLonely = lonely;
    await second?.kill();
    await second?.start();
  };

  const settling = settlement ? openSettling({ folder, mock, settings, direct, onTrouble }) : undefined;
  if (settling) {
    opened.defer(async () => {
      await settling.loader.kill();
      await settling.poller.kill();
    });
    await settling.loader.start();
    await settling.warmUp();
  }

  const running = opened.move();
  return {
    name: stack,
    ...{ folder, mock, url, shop, lines, troubles, direct },
    servers: used?.targets ?? [],
    ...(used && { nats: { url: used.direct.NATS_URL, prefix: "orders" } }),
    ...(settling && { settling }),
    ...(second && {
      usurper: { target: second, usurp: () => restartSecond(true), abdicate: () => restartSecond(false) },
    }),
    openStore: () => openOrderStore(readConfig(direct), silentLog),
    close: () => running.disposeAsync(),
  };
};
