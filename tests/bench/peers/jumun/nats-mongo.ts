import { join } from "node:path";
import { installServers, startServers } from "../../../../deploy/servers/mod.ts";
import { freePort } from "../../../../deploy/servers/ports.ts";
import { startProcess } from "../../../crash/process.ts";
import type { Peer } from "../peer.ts";
import { flow, settings } from "./embedded.ts";

const choice = { nats: true, mongodb: true };

export const peer: Peer = {
  name: "jumun-nats-mongo",
  durability:
    "JetStream with sync_interval=always; w: majority, j: true on MongoDB's protocol: FerretDB on PostgreSQL 15 with fsync=on",
  commands: join(import.meta.dir, "commands.ts"),
  flow,
  install: () => installServers(choice),
  async start(place) {
    const servers = await startServers(choice);
    const port = await freePort();
    const env = {
      ...settings(place),
      NATS_URL: servers.natsUrl ?? "",
      MONGODB_URL: servers.mongodbUrl ?? "",
    };
    const start = async () => {
      const shop = startProcess({ folder: place.folder, port, env });
      await shop.ready();
      return shop;
    };
    let shop = await start();
    return {
      url: shop.url,
      pids: () => [shop.pid, ...servers.processes.map(({ pid }) => pid)],
      async crash() {
        const { nats, mongodb } = servers;
        await Promise.all([shop.kill9(), nats?.kill(), mongodb?.ferretdb.kill(), mongodb?.postgres.kill()]);
        await Promise.all([nats?.restart(), mongodb?.postgres.restart()]);
        await mongodb?.ferretdb.restart();
        shop = await start();
      },
      async stop() {
        await shop.stop();
        await servers.stop();
      },
    };
  },
};
