import { join } from "node:path";
import { MOCK_SECRET_KEY } from "../../../../actors/toss/mock-key.ts";
import { freePort } from "../../../../deploy/servers/ports.ts";
import { startProcess } from "../../../crash/process.ts";
import type { Peer, Place } from "../peer.ts";

/** Settings of a Jumun beside the payment double, which needs no sparing. */
export const settings = ({ folder, doubleUrl }: Place) => ({
  DATA_DIR: join(folder, "data"),
  NATS_URL: "",
  MONGODB_URL: "",
  TOSS_BASE_URL: doubleUrl,
  TOSS_SECRET_KEY: MOCK_SECRET_KEY,
  TOSS_MAX_PER_SECOND: "10000",
  TOSS_MAX_CONCURRENT: "256",
  LOG_LEVEL: "warn",
});

/** The order machine and the routes of its life. They know more than this life: expiry, confirmation, strays, refusals. */
export const flow = [
  "machines/order",
  ...["orders", "payment", "cancellations", "cancellation-steps"].map((name) => `gateway/routes/${name}.ts`),
];

export const peer: Peer = {
  name: "jumun",
  durability: "SQLite in WAL mode with synchronous=FULL: an fsync before each answer, shared by a batch",
  commands: join(import.meta.dir, "commands.ts"),
  flow,
  install: async () => {},
  async start(place) {
    const port = await freePort();
    const start = async () => {
      const shop = startProcess({ folder: place.folder, port, env: settings(place) });
      await shop.ready();
      return shop;
    };
    let shop = await start();
    return {
      url: shop.url,
      pids: () => [shop.pid],
      async crash() {
        await shop.kill9();
        shop = await start();
      },
      stop: async () => void (await shop.stop()),
    };
  },
};
