import { join } from "node:path";
import { MOCK_SECRET_KEY } from "../../../../actors/toss/mock-key.ts";
import { startPostgres } from "../../../../deploy/servers/mod.ts";
import { freePort } from "../../../../deploy/servers/ports.ts";
import { installPostgres } from "../../../../deploy/servers/postgres-binaries.ts";
import { launch } from "../../../../deploy/servers/process.ts";
import { installService, nodeOf } from "../install.ts";
import type { Peer } from "../peer.ts";
import { until } from "../until.ts";

export const peer: Peer = {
  name: "dbos",
  durability:
    "PostgreSQL 15 with fsync=on and synchronous_commit=on, shared_buffers 1 GB, pools of 24; service on Node.js 22",
  commands: join(import.meta.dir, "commands.ts"),
  flow: ["tests/bench/peers/dbos/service/order.ts", "tests/bench/peers/payments.ts"],
  async install() {
    await installService("dbos");
    await installPostgres((line) => console.error(line));
  },
  async start({ folder, doubleUrl }) {
    const service = await installService("dbos");
    const postgres = await startPostgres({
      // Not within the bench's own folder, which PostgreSQL's user can't enter when this process is root.
      settings: { shared_buffers: "1GB", max_wal_size: "4GB", plan_cache_mode: "auto" },
    });
    const port = await freePort();
    const logFile = join(folder, "dbos.log");
    const url = `http://127.0.0.1:${port}`;
    const start = async () => {
      const child = launch({
        command: [
          nodeOf(service),
          "--disable-warning=ExperimentalWarning",
          join(service, "order.ts"),
          String(port),
        ],
        env: {
          DATABASE_URL: postgres.url,
          TOSS_BASE_URL: doubleUrl,
          TOSS_SECRET_KEY: MOCK_SECRET_KEY,
          NODE_ENV: "production",
        },
        logFile,
        deathSignal: "KILL",
      });
      await until("DBOS", logFile, async () => {
        const answer = await fetch(`${url}/none/look`, { method: "POST", body: "{}" });
        return answer.ok;
      });
      return child;
    };
    let child = await start();
    const end = async () => {
      child.signal("SIGKILL");
      await child.exited;
    };
    return {
      url,
      pids: () => [child.pid, ...(postgres.pid === undefined ? [] : [postgres.pid])],
      async crash() {
        await Promise.all([end(), postgres.kill()]);
        await postgres.restart();
        child = await start();
      },
      async stop() {
        await end();
        await postgres.stop();
      },
    };
  },
};
