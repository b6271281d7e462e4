import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { isAlive } from "../../deploy/servers/alive.ts";
import { CACHE_DIR, cached } from "../../deploy/servers/cache.ts";
import { installServers, startKafka, startRegistry } from "../../deploy/servers/mod.ts";
import { freePort } from "../../deploy/servers/ports.ts";

const FIRST_BUILD_MS = 15 * 60_000;
const withTimeout = { timeout: 120_000 };

beforeAll(() => installServers({ kafka: true, registry: true }), FIRST_BUILD_MS);

describe("Kafka", () => {
  test(
    "restart_keepsAcknowledgedRecords_brokerKilled",
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), "jumun-test-"));
      const first = await startKafka({ dataDir });
      await withKafka(first.url, async (kafka) => {
        await kafka.admin.createTopics({ topics: [{ topic: "rows", numPartitions: 3 }] });
        await kafka.send("rows", ["one", "two", "three"]);
      });
      const [firstPid, firstUrl] = [first.pid, first.url];
      await first.kill();
      expect(await isGone(firstPid)).toBe(true);
      await first.restart();
      expect(first.url).toBe(firstUrl);
      expect(await withKafka(first.url, ({ count }) => count("rows"))).toBe(3);

      // Another process, which is given other ports.
      await first.stop();
      const second = await startKafka({ dataDir });
      expect(await withKafka(second.url, ({ count }) => count("rows"))).toBe(3);
      await second.stop();
      await rm(dataDir, { recursive: true });
    },
    withTimeout,
  );

  test(
    "startKafka_refusesPort_taken",
    async () => {
      const squatter = createServer();
      const port = await freePort();
      await new Promise<void>((listening) => squatter.listen(port, "127.0.0.1", listening));
      const refusal = await startKafka({ port }).catch((error: unknown) => error);
      squatter.close();
      expect(refusal).toMatchObject({ code: "PORT_TAKEN", message: expect.stringContaining(`${port}`) });
    },
    withTimeout,
  );
});

describe("schema registry", () => {
  test(
    "restart_keepsSchemas_serverKilled",
    async () => {
      const registry = await startRegistry();
      const register = () => post(`${registry.url}/subjects/rows-value/versions`, { schema: '"string"' });
      const [status, { id }] = await register();
      expect(status).toBe(200);
      await registry.kill();
      await registry.restart();
      const answer = await fetch(`${registry.url}/schemas/ids/${id}`);
      expect(await answer.json()).toMatchObject({ schema: '"string"' });
      expect(await register()).toEqual([200, { id }]);
      await registry.stop();
      expect(existsSync(dirname(registry.logFile))).toBe(false);
    },
    withTimeout,
  );
});

describe("cache", () => {
  test("cached_keepsTheFirst_anotherBuilderOfTheFolderWasQuicker", async () => {
    const name = `test-${process.pid}`;
    const target = join(CACHE_DIR, `${name}-${process.platform}-${process.arch}`);
    const build = async (folder: string) => {
      await mkdir(join(folder, "built"));
      await writeFile(join(folder, "built/file"), "mine");
      return join(folder, "built");
    };
    const path = await cached(name, async (folder) => {
      await mkdir(target, { recursive: true });
      await writeFile(join(target, "file"), "of another process");
      return build(folder);
    });
    expect(path).toBe(target);
    expect(await readFile(join(path, "file"), "utf8")).toBe("of another process");
    await rm(target, { recursive: true });
    expect(await readFile(join(await cached(name, build), "file"), "utf8")).toBe("mine");
    await rm(target, { recursive: true });
  });
});

async function withKafka<T>(
  broker: string,
  use: (kafka: ReturnType<typeof kafkaOf>) => Promise<T>,
): Promise<T> {
  const kafka = kafkaOf(broker);
  await kafka.admin.connect();
  try {
    return await use(kafka);
  } finally {
    await kafka.admin.disconnect();
  }
}

const kafkaOf = (broker: string) => {
  const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  return {
    admin,
    async send(topic: string, values: readonly string[]) {
      const producer = client.producer();
      await producer.connect();
      await producer.send({ topic, acks: -1, messages: values.map((value) => ({ key: value, value })) });
      await producer.disconnect();
    },
    /** How many records the topic has. */
    count: async (topic: string) =>
      (await admin.fetchTopicOffsets(topic)).reduce(
        (sum, { low, high }) => sum + Number(high) - Number(low),
        0,
      ),
  };
};

async function post(url: string, body: object): Promise<[status: number, body: Record<string, unknown>]> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify(body),
  });
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}

/** A killed process may take a moment to go: resolves as soon as it is gone, to false when it stays. */
async function isGone(pid: number | undefined): Promise<boolean> {
  if (pid === undefined || Number.isNaN(pid)) throw new Error("no pid to look for");
  for (let attempt = 0; attempt < 100 && isAlive(pid); attempt++) await Bun.sleep(50);
  return !isAlive(pid);
}
