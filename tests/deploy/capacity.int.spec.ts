import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Admin, Kafka, logLevel } from "kafkajs";
import { judge } from "../../deploy/capacity/judge.ts";
import { createRecords } from "../../deploy/capacity/rows.ts";
import { runAt } from "../../deploy/capacity/run.ts";
import { findKnee } from "../../deploy/capacity/search.ts";
import { openTopics } from "../../deploy/capacity/topics.ts";
import { kafkaCommand, type ServerHandle, startKafka } from "../../deploy/servers/mod.ts";

/** Starting a broker, Java tools and groups, on a busy machine. */
const LONG_MS = 120_000;
const BYSTANDER = "jumun-capacity-of-somebody-else";

/** A broker of its own, since these tests count its topics and slow it down. */
let kafka: ServerHandle;
let admin: Admin;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "jumun-capacity-test-"));
  kafka = await startKafka();
  admin = new Kafka({ brokers: [kafka.url], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: BYSTANDER }] });
}, LONG_MS);
afterAll(async () => {
  await admin.disconnect();
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
}, LONG_MS);

const topicsThere = async (): Promise<string[]> =>
  (await admin.listTopics()).filter((topic) => !topic.startsWith("__")).sort();
const groupsThere = async (): Promise<string[]> =>
  (await admin.listGroups()).groups.map(({ groupId }) => groupId);

const start = (...args: string[]) => {
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, "../../deploy/capacity.ts"), ...args], {
    env: { ...process.env, KAFKA_BROKERS: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = async () => {
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { out, err, code };
  };
  return { child, ended };
};

/** Whether Kafka's own producer has sent records to a topic of this prefix. */
const toolProduces = async (prefix: string): Promise<boolean> => {
  const topic = (await topicsThere()).find((name) => name.startsWith(prefix) && name.includes("-tools-"));
  if (!topic) return false;
  const ends = await admin.fetchTopicOffsets(topic).catch(() => []);
  return ends.some(({ high }) => Number(high) > 0);
};

describe("the capacity command", () => {
  test(
    "capacity_endsWith0_aTinyRate_andLeavesNothingBehind",
    async () => {
      const json = join(folder, "report.json");
      const rate = ["--rate", "200", "--seconds", "4", "--partitions", "2"];
      const { out, err, code } = await start("--brokers", kafka.url, ...rate, "--json", json).ended();
      expect(`${code}${code === 0 ? "" : `\n${out}${err}`}`).toBe("0");
      expect(out).toContain("It keeps up with 200 rows/s");
      expect(out).toContain("Latency, ms");
      const report = await Bun.file(json).json();
      expect(report).toMatchObject({ judgement: { keepsUp: true }, clusterBrokers: 1, replicas: 1 });
      expect(report.run.series.slices.length).toBeGreaterThanOrEqual(12);
      expect(report.run.lags.length).toBeGreaterThan(3);
      // Kafka's own tools, on the same broker.
      expect(report.tools.atRate.rate).toBeGreaterThan(150);
      expect(report.tools.most).toBeGreaterThan(report.tools.atRate.rate);
      expect(await topicsThere()).toEqual([BYSTANDER]);
      expect(await groupsThere()).toEqual([]);
    },
    LONG_MS,
  );

  test(
    "capacity_deletesItsTopics_interrupted",
    async () => {
      const { child, ended } = start(
        "--brokers",
        kafka.url,
        "--rate",
        "200",
        "--seconds",
        "60",
        "--topic-prefix",
        "try",
      );
      const whole = ended();
      // Interrupted while a child of its own is at work, which ends with it too.
      for (const deadline = Date.now() + LONG_MS / 2; !(await toolProduces("try-")); await Bun.sleep(20)) {
        if (Date.now() > deadline) throw new Error("its tools produced nothing");
      }
      child.kill("SIGINT");
      expect((await whole).code).toBe(130);
      expect(await topicsThere()).toEqual([BYSTANDER]);
    },
    LONG_MS,
  );

  test.each([
    ["2", "no broker is named", [], "No broker is named"],
    ["2", "records are smaller than a row", ["--brokers", "127.0.0.1:9", "--record-bytes", "10"], "too few"],
    ["69", "the broker is away", ["--brokers", "127.0.0.1:9"], "LOG_UNAVAILABLE"],
  ] as const)(
    "capacity_endsWith%s_%s",
    async (code, _, args, told) => {
      const { err, code: ended } = await start(...args).ended();
      expect(err).toContain(told);
      expect(String(ended)).toBe(code);
    },
    LONG_MS,
  );
});

describe("a broker that takes too little", () => {
  /** It takes 10 s of that at once, and counts over as long. */
  const BYTES_A_SECOND = 1_000_000;
  const signal = new AbortController().signal;
  const progress = { step() {}, tell() {}, stop() {} };

  /** By a quota of Kafka's own: it delays its answers to whoever sends more. */
  beforeAll(async () => {
    const quota = ["--alter", "--add-config", `producer_byte_rate=${BYTES_A_SECOND}`];
    const whom = ["--entity-type", "clients", "--entity-default"];
    const command = await kafkaCommand("kafka.admin.ConfigCommand");
    const child = Bun.spawn([...command, "--bootstrap-server", kafka.url, ...quota, ...whom]);
    expect(await child.exited).toBe(0);
  }, LONG_MS);

  test(
    "run_doesNotKeepUp_andTheKneeIsBelow",
    async () => {
      const records = await createRecords(1_000);
      const topics = await openTopics([kafka.url], "slow");
      const common = { brokers: [kafka.url], topics, records, partitions: 2, seconds: 3, signal, progress };
      const run = (rate: number) => runAt({ ...common, rate });
      const offered = 6_000;
      try {
        const judgement = judge(await run(offered));
        expect(judgement.keepsUp).toBe(false);
        expect(judgement.reasons.join()).toMatch(/were acknowledged of 6,000|latency grew|it was ended/);
        const knee = await findKnee(
          { rate: offered, held: false },
          async (rate) => judge(await run(rate)).keepsUp,
          { most: offered, least: 50, within: 2 },
        );
        expect(knee.rate).toBeWithin(50, offered);
        expect(knee.above).toBeLessThanOrEqual(offered);
      } finally {
        expect(await topics.dropAll()).toEqual([]);
      }
      expect(await topicsThere()).toEqual([BYSTANDER]);
    },
    LONG_MS * 2,
  );
});
