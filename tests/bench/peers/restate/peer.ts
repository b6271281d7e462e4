import { existsSync } from "node:fs";
import { join } from "node:path";
import { MOCK_SECRET_KEY } from "../../../../actors/toss/mock-key.ts";
import { freePort } from "../../../../deploy/servers/ports.ts";
import { type Child, launch } from "../../../../deploy/servers/process.ts";
import { installService, nodeOf } from "../install.ts";
import type { Peer } from "../peer.ts";
import { until } from "../until.ts";

/**
 * One partition for each core in place of 24: fewer, fuller batches for the same fsync. It took half the processor time
 * of a command that 24 took, and with 8 about as much as with 2. The write-ahead logs of its log and of its state are
 * both synced, which is its default, and said here so that no later default changes what is measured.
 */
const settings = {
  RESTATE_DEFAULT_NUM_PARTITIONS: "2",
  RESTATE_LOG_SERVER__ROCKSDB_DISABLE_WAL_FSYNC: "false",
  RESTATE_BIFROST__LOCAL__ROCKSDB_DISABLE_WAL_FSYNC: "false",
  RESTATE_DISABLE_TELEMETRY: "true",
  RESTATE_ADMIN__DISABLE_WEB_UI: "true",
  RESTATE_LOG_FILTER: "warn",
};

/** The program itself: the package's own command starts it as a child, which would outlive a kill. */
const binaryOf = (service: string): string => {
  const name = `restate-server-${process.platform}-${process.arch}`;
  const binary = join(service, "node_modules/@restatedev", name, "bin/restate-server");
  if (existsSync(binary)) return binary;
  throw new Error(
    `There is no Restate server for this platform: the package @restatedev/${name} is not installed.`,
  );
};

export const peer: Peer = {
  name: "restate",
  durability:
    "its log server's RocksDB with an fsync of the write-ahead log, 2 partitions, one node; service on Node.js 22 by HTTP/2",
  commands: join(import.meta.dir, "commands.ts"),
  flow: ["tests/bench/peers/restate/service/order.ts", "tests/bench/peers/payments.ts"],
  install: async () => void (await installService("restate")),
  async start({ folder, doubleUrl }) {
    const service = await installService("restate");
    const [ingress, admin, node, port] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const logFile = join(folder, "restate.log");
    const start = (): Child[] => [
      launch({
        command: [binaryOf(service), "--base-dir", join(folder, "data")],
        env: {
          ...settings,
          RESTATE_NODE_NAME: "bench",
          RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
          RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
          RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        },
        logFile,
        deathSignal: "KILL",
      }),
      launch({
        command: [
          nodeOf(service),
          "--disable-warning=ExperimentalWarning",
          join(service, "order.ts"),
          String(port),
        ],
        env: {
          TOSS_BASE_URL: doubleUrl,
          TOSS_SECRET_KEY: MOCK_SECRET_KEY,
          RESTATE_LOGGING: "ERROR",
          NODE_ENV: "production",
        },
        logFile,
        deathSignal: "KILL",
      }),
    ];
    const url = `http://127.0.0.1:${ingress}`;
    const ready = () => until("Restate", logFile, async () => (await fetch(`${url}/restate/health`)).ok);
    let children = start();
    await ready();
    await until("Restate's registration of the service", logFile, async () => {
      const registered = await fetch(`http://127.0.0.1:${admin}/deployments`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ uri: `http://127.0.0.1:${port}`, force: true }),
      });
      return registered.ok;
    });
    const end = async (signal: "SIGKILL" | "SIGTERM") => {
      for (const child of children) child.signal(signal);
      await Promise.all(children.map(({ exited }) => exited));
    };
    return {
      url,
      pids: () => children.map(({ pid }) => pid),
      async crash() {
        await end("SIGKILL");
        children = start();
        await ready();
      },
      stop: () => end("SIGKILL"),
    };
  },
};
