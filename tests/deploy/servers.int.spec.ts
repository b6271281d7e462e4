import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { MongoClient } from "mongodb";
import { connect } from "nats";
import { isAlive } from "../../deploy/servers/alive.ts";
import {
  installServers,
  type Mongodb,
  type ServerHandle,
  startMongodb,
  startNats,
  startServers,
} from "../../deploy/servers/mod.ts";
import { NATS_VERSION } from "../../deploy/servers/nats.ts";
import { freePort } from "../../deploy/servers/ports.ts";

const FIRST_BUILD_MS = 15 * 60_000;
const TEST_MS = 120_000;
const MODULE = resolve(import.meta.dir, "../../deploy/servers/mod.ts");
const MAIN = resolve(import.meta.dir, "../../deploy/servers/main.ts");

const withTimeout = { timeout: TEST_MS };

beforeAll(() => installServers({ nats: true, mongodb: true }), FIRST_BUILD_MS);

describe("NATS", () => {
  let nats: ServerHandle;
  beforeAll(async () => {
    nats = await startNats();
  }, TEST_MS);
  afterAll(() => nats.stop(), TEST_MS);

  test(
    "restart_keepsAcknowledgedMessages_serverKilled",
    async () => {
      await withNats(nats.url, async (connection) => {
        expect(connection.info?.version).toBe(NATS_VERSION);
        const manager = await connection.jetstreamManager();
        await manager.streams.add({ name: "orders", subjects: ["orders.>"] });
        for (const text of ["one", "two", "three"]) await connection.jetstream().publish("orders.test", text);
      });
      const [firstPid, firstUrl] = [nats.pid, nats.url];

      await nats.kill();
      expect(nats.pid).toBeUndefined();
      expect(await isGone(firstPid)).toBe(true);
      await nats.restart();

      expect(nats.url).toBe(firstUrl);
      expect(nats.pid).not.toBe(firstPid);
      await withNats(nats.url, async (connection) => {
        const manager = await connection.jetstreamManager();
        expect((await manager.streams.info("orders")).state.messages).toBe(3);
        expect((await manager.streams.getMessage("orders", { seq: 3 })).string()).toBe("three");
      });
    },
    withTimeout,
  );

  test(
    "kill_resumes_pausedAndContinued",
    async () => {
      await nats.kill("SIGSTOP");
      const attempt = connect({ servers: nats.url, reconnect: false, timeout: 500 });
      expect(await attempt.then(() => "connected").catch(() => "refused")).toBe("refused");
      await nats.kill("SIGCONT");
      await withNats(nats.url, async (connection) => {
        expect(await connection.rtt()).toBeGreaterThanOrEqual(0);
      });
    },
    withTimeout,
  );

  test(
    "startNats_refusesPort_taken",
    async () => {
      const squatter = createServer();
      const port = await freePort();
      await new Promise<void>((listening) => squatter.listen(port, "127.0.0.1", listening));
      const refusal = await startNats({ port }).catch((error: unknown) => error);
      squatter.close();
      expect(refusal).toMatchObject({ code: "PORT_TAKEN", message: expect.stringContaining(`${port}`) });
    },
    withTimeout,
  );

  test(
    "startNats_refusesDataFolder_inUse",
    async () => {
      const kept = await mkdtemp(join(tmpdir(), "jumun-test-"));
      const first = await startNats({ dataDir: kept });
      const refusal = await startNats({ dataDir: kept }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "DATA_FOLDER_IN_USE", message: expect.stringContaining(kept) });
      await first.stop();
      const second = await startNats({ dataDir: kept });
      await second.stop();
      expect(existsSync(join(kept, "jetstream"))).toBe(true);
      await rm(kept, { recursive: true });
    },
    withTimeout,
  );
});

describe("MongoDB stand-in", () => {
  let mongodb: Mongodb;
  beforeAll(async () => {
    mongodb = await startMongodb();
  }, TEST_MS);
  afterAll(() => mongodb.stop(), TEST_MS);

  test(
    "restart_keepsAcknowledgedDocuments_ferretdbKilled",
    async () => {
      await insert(mongodb.url, "before-ferretdb-died");
      await mongodb.ferretdb.kill();
      expect(mongodb.ferretdb.pid).toBeUndefined();
      await mongodb.ferretdb.restart();
      expect(mongodb.ferretdb.url).toBe(mongodb.url);
      expect(await storedIds(mongodb.url)).toContain("before-ferretdb-died");
    },
    withTimeout,
  );

  test(
    "restart_keepsAcknowledgedDocuments_postgresKilled",
    async () => {
      await insert(mongodb.url, "before-postgres-died");
      await mongodb.postgres.kill();
      await mongodb.postgres.restart();
      await mongodb.ferretdb.restart();
      expect(await storedIds(mongodb.url)).toContain("before-postgres-died");
    },
    withTimeout,
  );

  test(
    "update_matchesOnce_versionCompared",
    async () => {
      await withOrders(mongodb.url, async (orders) => {
        await orders.insertOne({ _id: "cas", version: 1 });
        const swap = () => orders.updateOne({ _id: "cas", version: 1 }, { $set: { version: 2 } });
        expect((await swap()).matchedCount).toBe(1);
        expect((await swap()).matchedCount).toBe(0);
      });
    },
    withTimeout,
  );
});

describe("all servers", () => {
  test(
    "stop_leavesNoProcessAndNoFolder_bothStarted",
    async () => {
      const servers = await startServers({ nats: true, mongodb: true });
      const pids = servers.processes.map(({ pid }) => pid);
      const logFiles = [servers.nats, servers.mongodb?.ferretdb, servers.mongodb?.postgres].map(
        (handle) => handle?.logFile ?? "",
      );
      expect(servers.processes.map(({ name }) => name).sort()).toEqual(["FerretDB", "NATS", "PostgreSQL"]);
      expect(logFiles.map((file) => existsSync(file))).toEqual([true, true, true]);

      await servers.stop();

      expect(servers.processes).toEqual([]);
      for (const pid of pids) expect(await isGone(pid)).toBe(true);
      expect(logFiles.map((file) => existsSync(dirname(file)))).toEqual([false, false, false]);
    },
    withTimeout,
  );

  test(
    "startMongodb_keepsData_dataFolderNamed",
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), "jumun-test-"));
      const first = await startMongodb({ dataDir });
      await insert(first.url, "of-the-first-run");
      await first.stop();
      const second = await startMongodb({ dataDir });
      expect(await storedIds(second.url)).toEqual(["of-the-first-run"]);
      await second.stop();
      await rm(dataDir, { recursive: true });
    },
    withTimeout,
  );

  test(
    "startServers_stopsTheOthers_oneFailed",
    async () => {
      const squatter = createServer();
      const [taken, nats] = [await freePort(), await freePort()];
      await new Promise<void>((listening) => squatter.listen(taken, "127.0.0.1", listening));
      const failure = await startServers({
        nats: true,
        mongodb: true,
        ports: { nats, mongodb: taken },
      }).catch((error: unknown) => error);
      squatter.close();
      expect(failure).toMatchObject({ code: "PORT_TAKEN" });
      const reached = connect({ servers: `nats://127.0.0.1:${nats}`, reconnect: false, timeout: 1_000 });
      expect(await reached.then(() => "connected").catch(() => "refused")).toBe("refused");
    },
    withTimeout,
  );

  test(
    "upServers_stopsServersAndExitsWithZero_interrupted",
    async () => {
      const port = await freePort();
      const command = Bun.spawn(
        [process.execPath, MAIN, "--no-mongodb", "--no-kafka", "--no-registry", "--nats-port", `${port}`],
        {
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      expect(await firstLine(command.stdout)).toBe(`export NATS_URL=nats://127.0.0.1:${port}`);
      const pid = Number(/NATS \(pid (\d+)\)/.exec(await firstLine(command.stderr))?.[1]);
      expect(isAlive(pid)).toBe(true);
      command.kill("SIGINT");
      expect(await command.exited).toBe(0);
      expect(await isGone(pid)).toBe(true);
    },
    withTimeout,
  );

  // Only Linux can tie a process to the life of its parent.
  if (process.platform === "linux") {
    test(
      "startServers_endsServers_parentKilled",
      async () => {
        const script = `
          import { startServers } from ${JSON.stringify(MODULE)};
          const servers = await startServers({ nats: true, mongodb: true, dataDir: process.env.DATA_DIR });
          console.log(JSON.stringify(servers.processes.map(({ pid }) => pid)));`;
        const dataDir = await mkdtemp(join(tmpdir(), "jumun-test-"));
        const parent = Bun.spawn([process.execPath, "-e", script], {
          stdio: ["ignore", "pipe", "inherit"],
          env: { ...process.env, DATA_DIR: dataDir },
        });
        const pids: unknown = JSON.parse(await firstLine(parent.stdout));
        if (!Array.isArray(pids)) throw new Error("no pids were printed");
        expect(pids).toHaveLength(3);
        parent.kill("SIGKILL");
        await parent.exited;
        for (const pid of pids) expect(await isGone(Number(pid))).toBe(true);
        // What the killed parent left behind does not stand in the way of the next start.
        const next = await startServers({ nats: true, mongodb: true, dataDir });
        expect(next.processes).toHaveLength(3);
        await next.stop();
        await rm(dataDir, { recursive: true });
      },
      withTimeout,
    );
  }
});

async function withNats(
  url: string,
  use: (connection: Awaited<ReturnType<typeof connect>>) => Promise<void>,
) {
  const connection = await connect({ servers: url, reconnect: false });
  try {
    await use(connection);
  } finally {
    await connection.close();
  }
}

interface Order {
  _id: string;
  version: number;
}

async function withOrders<T>(
  url: string,
  use: (orders: ReturnType<typeof ordersOf>) => Promise<T>,
): Promise<T> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await use(ordersOf(client));
  } finally {
    await client.close();
  }
}

const ordersOf = (client: MongoClient) => client.db().collection<Order>("orders");

const insert = (url: string, id: string) =>
  withOrders(url, (orders) =>
    orders.insertOne({ _id: id, version: 1 }, { writeConcern: { w: "majority", journal: true } }),
  );

const storedIds = (url: string) =>
  withOrders(url, async (orders) => (await orders.find().toArray()).map(({ _id }) => _id));

/** A killed process may take a moment to go: resolves as soon as it is gone, to false when it stays. */
async function isGone(pid: number | undefined): Promise<boolean> {
  if (pid === undefined || Number.isNaN(pid)) throw new Error("no pid to look for");
  for (let attempt = 0; attempt < 100 && isAlive(pid); attempt++) await Bun.sleep(50);
  return !isAlive(pid);
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return text.slice(0, text.indexOf("\n"));
}
