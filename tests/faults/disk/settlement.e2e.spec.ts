import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { until } from "../../failures/eventually.ts";
import { startTossMock, type TossMock } from "../../toss/mod.ts";
import { overwrite } from "./damage.ts";
import { createSmallDisk, type SmallDisk } from "./small-disk.ts";

const DAY = "2026-11-20";
const ROWS = 6_000;
/** Room for all of them in the log and in three ledgers. */
const MEGABYTES = 64;
/** Enough to open the files of a shop that ended well, and not for a batch of rows. */
const TO_OPEN = 400_000;
const DEPLOY = resolve(import.meta.dir, "../../../deploy");
const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

interface Lab {
  readonly disk: SmallDisk;
  readonly dataDir: string;
  /** Starts a command of settlement. */
  run(command: "settle" | "ledgers", ...args: string[]): Command;
}

interface Command {
  readonly ended: Promise<number>;
  /** What it has said so far, on standard error and output. */
  said(): string;
}

const inLab = async (rows: number, body: (lab: Lab) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-settle-disk-"));
  const dataDir = join(folder, "data");
  const disk = createSmallDisk(dataDir, MEGABYTES);
  const mock = await startTossMock();
  mock.settlements.generate({ paidOutDate: DAY, rows });
  try {
    await body({ disk, dataDir, run: (command, ...args) => start(command, args, { disk, mock, dataDir }) });
  } finally {
    await mock.stop();
    disk.clear();
    rmSync(folder, { recursive: true, force: true });
  }
};

const start = (
  command: string,
  args: readonly string[],
  { disk, mock, dataDir }: { disk: SmallDisk; mock: TossMock; dataDir: string },
): Command => {
  const child = Bun.spawn([process.execPath, join(DEPLOY, `${command}.ts`), ...args], {
    env: {
      ...process.env,
      ...disk.env,
      DATA_DIR: dataDir,
      MONGODB_URL: "",
      KAFKA_BROKERS: "",
      SCHEMA_REGISTRY_URL: "",
      TOSS_BASE_URL: mock.url,
      TOSS_SECRET_KEY: mock.secretKey,
      SETTLEMENT_CALLS_PER_SECOND: "100",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const part of stream) said += decoder.decode(part, { stream: true });
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  return { ended: child.exited.then((code) => reading.then(() => code)), said: () => said };
};

const polled = ["--date", DAY, "--window", "0", "--json"];

test.concurrent("settle_endsWith69AndCompletesWhenRunAgain_diskFilledWhileItPolls", () =>
  inLab(ROWS, async ({ disk, dataDir, run }) => {
    const first = run("settle", ...polled);
    await until("records in the log", () => sizeOf(join(dataDir, "settlement-log.sqlite-wal")) > 500_000);
    disk.fill();
    expect(await first.ended).toBe(69);
    expect(first.said()).toContain("is full. Make room on it");
    expect(first.said()).toContain("Run it again: it goes on where it ended.");

    disk.makeRoom();
    const again = run("settle", ...polled);
    expect([await again.ended, again.said()]).toEqual([0, expect.stringContaining(`"missingHere": ${ROWS}`)]);
  }));

test.concurrent("ledgers_goOnByThemselves_diskWasFullMeanwhile", () =>
  inLab(2_000, async ({ disk, dataDir, run }) => {
    expect(await run("settle", ...polled).ended).toBe(0);
    forgetLedgers(dataDir);
    disk.fill(TO_OPEN);
    const ledgers = run("ledgers", "--until-caught-up");
    await until("a batch is not taken", () =>
      ledgers.said().includes("records were not taken; they come again"),
    );
    expect(ledgers.said()).toContain("is full. Make room on it");
    disk.makeRoom();
    expect(await ledgers.ended).toBe(0);
    expect(rowsIn(dataDir)).toBe(2_000);
  }));

/** As if no row had ever been loaded. */
const forgetLedgers = (dataDir: string): void => {
  const log = new Database(join(dataDir, "settlement-log.sqlite"));
  log.run("DELETE FROM offsets");
  log.close();
  const ledgers = new Database(join(dataDir, "settlement-ledgers.sqlite"));
  for (const table of ["settlement_rows", "order_settlements", "accounting_rows"]) {
    ledgers.run(`DELETE FROM ${table}`);
  }
  ledgers.close();
};

const rowsIn = (dataDir: string): number | undefined => {
  const ledgers = new Database(join(dataDir, "settlement-ledgers.sqlite"));
  const counted = ledgers.query<{ rows: number }, []>("SELECT count(*) AS rows FROM settlement_rows").get();
  ledgers.close();
  return counted?.rows;
};

test.concurrent.each(["settlement-log", "settlement-runs", "settlement-ledgers", "orders"])(
  "settle_endsWith74_damaged: %s.sqlite",
  (name) =>
    inLab(10, async ({ dataDir, run }) => {
      expect(await run("settle", ...polled).ended).toBe(0);
      overwrite(join(dataDir, `${name}.sqlite`), 0, 100);
      const refused = run("settle", ...polled);
      expect(await refused.ended).toBe(74);
      expect(refused.said()).toContain(`STORE_CORRUPT: ${join(dataDir, `${name}.sqlite`)} is damaged`);
    }),
);
