import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startTossMock, type TossMock } from "../toss/mod.ts";

const DAY = "2026-11-20";
const ROOT = resolve(import.meta.dir, "../..");

describe("the settle command, as a CronJob runs it", () => {
  let mock: TossMock;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "jumun-settle-cli-"));
    mock = await startTossMock();
    mock.settlements.generate({ paidOutDate: DAY, rows: 60 });
  });
  afterAll(async () => {
    await mock.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a command of settlement on the embedded default, with other settings where a test wants them. */
  const run = async (command: "settle" | "ledgers" | "reconcile", args: string[], env: object = {}) => {
    const child = Bun.spawn([process.execPath, join(ROOT, "deploy", `${command}.ts`), ...args], {
      env: {
        ...process.env,
        DATA_DIR: folder,
        MONGODB_URL: "",
        KAFKA_BROKERS: "",
        SCHEMA_REGISTRY_URL: "",
        TOSS_BASE_URL: mock.url,
        TOSS_SECRET_KEY: mock.secretKey,
        SETTLEMENT_CALLS_PER_SECOND: "100",
        LOG_LEVEL: "error",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { out, err, code };
  };
  const polled = ["--date", DAY, "--window", "0"];

  test("settle_endsWith0_andReconcileWith65_rowsThatNoOrderHas", async () => {
    const first = await run("settle", [...polled, "--json"]);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ date: DAY, clean: false, counts: { missingHere: 60 } });

    const report = await run("reconcile", ["--date", DAY, "--json"]);
    expect(report.code).toBe(65);
    expect(JSON.parse(report.out)).toMatchObject({ counts: { matched: 0, missingHere: 60 } });
  });

  test("settle_producesNothingMore_ranAgain", async () => {
    const before = mock.ledger.requests({ route: "getSettlements" }).length;
    expect((await run("settle", polled)).code).toBe(0);
    expect(mock.ledger.requests({ route: "getSettlements" }).length).toBeGreaterThan(before);
    expect((await run("ledgers", ["--until-caught-up"])).code).toBe(0);
    const { out } = await run("reconcile", ["--date", DAY, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ counts: { missingHere: 60 } });
  });

  test.each([
    ["64", "a date that is none", ["--date", "2026-02-30"], {}, "DATE_INVALID"],
    ["64", "a range that runs backwards", ["--from", "2026-11-20", "--to", "2026-11-18"], {}, "DATE_INVALID"],
    ["64", "a flag that is none", ["--dat", DAY], {}, "--help"],
    ["69", "Toss is away", polled, { TOSS_BASE_URL: "http://127.0.0.1:9" }, "TOSS_UNAVAILABLE"],
    ["69", "Kafka is away", polled, { KAFKA_BROKERS: "127.0.0.1:9" }, "LOG_UNAVAILABLE"],
    [
      "69",
      "Kafka is away, by kafkajs",
      polled,
      { KAFKA_BROKERS: "127.0.0.1:9", KAFKA_CLIENT: "kafkajs" },
      "LOG_UNAVAILABLE",
    ],
    ["78", "a client for Kafka that is none", polled, { KAFKA_CLIENT: "librdkafka" }, "KAFKA_CLIENT"],
    [
      "69",
      "the registry is away",
      polled,
      { SCHEMA_REGISTRY_URL: "http://127.0.0.1:9" },
      "REGISTRY_UNAVAILABLE",
    ],
    ["76", "a wrong secret", polled, { TOSS_SECRET_KEY: "test_sk_of_another_shop" }, "TOSS_REFUSED"],
    ["78", "no secret", polled, { TOSS_SECRET_KEY: "" }, "TOSS_SECRET_KEY"],
    ["78", "a wrong holiday", polled, { SETTLEMENT_HOLIDAYS: "christmas" }, "SETTLEMENT_HOLIDAYS"],
  ] as const)("settle_endsWith%s_%s", async (code, _, args, env, told) => {
    const { err, code: ended } = await run("settle", [...args], { SETTLEMENT_GIVE_UP_MINUTES: "0", ...env });
    expect(err).toContain(told);
    expect(String(ended)).toBe(code);
    expect(err).not.toContain(mock.secretKey);
  });
});
