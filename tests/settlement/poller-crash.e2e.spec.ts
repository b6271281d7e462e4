import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Child, launch } from "../../deploy/servers/process.ts";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { createSqliteLog } from "../../settlement/log.sqlite.ts";
import { ROWS_TOPIC } from "../../settlement/poller/mod.ts";
import { createSqliteRunStore } from "../../settlement/run-store.sqlite.ts";
import { createRandom, seedOfRun } from "../crash/random.ts";
import { startTossMock, type TossMock } from "../toss/mod.ts";
import { DATE } from "./poller-rows.ts";
import { byKey, recordsOf, truthOf } from "./poller-world.ts";

const PAGE_SIZE = 40;
const ROWS = 1_010;

let mock: TossMock;
let folder: string;
const children: Child[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "jumun-poll-crash-"));
  mock = await startTossMock();
  mock.settlements.generate({ paidOutDate: DATE, rows: ROWS });
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exit === undefined) child.signal("SIGKILL");
    await child.exited;
  }
  await mock.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Poller extends Child {
  output(): string;
  /** Resolves once it has said this. */
  says(word: string): Promise<void>;
  kill9(): Promise<void>;
}

let started = 0;

const startPoller = (env: Readonly<Record<string, string>> = {}): Poller => {
  started += 1;
  const logFile = join(folder, `poller-${started}.log`);
  const child = launch({
    command: [process.execPath, resolve(import.meta.dir, "poller-child.ts")],
    env: {
      ...{ FOLDER: folder, DATE, PAGE_SIZE: String(PAGE_SIZE), CONCURRENCY: "2" },
      ...{ TOSS_BASE_URL: mock.url, TOSS_SECRET_KEY: mock.secretKey },
      ...env,
    },
    logFile,
    deathSignal: "KILL",
  });
  children.push(child);
  const output = () => readFileSync(logFile, "utf8");
  return {
    ...child,
    get exit() {
      return child.exit;
    },
    output,
    async says(word) {
      for (const deadline = Date.now() + 20_000; !output().split("\n").includes(word); await Bun.sleep(2)) {
        if (child.exit !== undefined) throw new Error(`it ended (${child.exit}):\n${output()}`);
        if (Date.now() > deadline) throw new Error(`it never said ${word}:\n${output()}`);
      }
    },
    async kill9() {
      child.signal("SIGKILL");
      await child.exited;
    },
  };
};

/** Runs pollers until one ends well, and looks at what they left. Resolves to the records beyond one a row. */
const finishAndAudit = async (): Promise<number> => {
  const last = startPoller();
  expect(`${await last.exited}\n${last.exit === "exit code 0" ? "" : last.output()}`).toBe("exit code 0\n");

  const log = await createSqliteLog({ path: join(folder, "log.sqlite") });
  const store = createSqliteRunStore({ path: join(folder, "runs.sqlite") });
  const codec = await createRowCodec();
  const rows = await Promise.all((await recordsOf(log, ROWS_TOPIC)).map(({ value }) => codec.decode(value)));
  const truth = truthOf({ mock });
  expect(truth.size).toBe(ROWS);
  expect(byKey(rows)).toEqual(truth);
  const { rows: count, amount, fee, payOutAmount } = mock.settlements.totals({ paidOutDate: DATE });
  expect(await store.run(DATE)).toMatchObject({
    status: "complete",
    totals: { rows: count, malformed: 0, amount, fee, payOutAmount },
  });
  const pages = await store.pages(DATE);
  expect(pages.reduce((total, page) => total + page.rows, 0)).toBe(ROWS);
  await log.close();
  await store.close();
  return rows.length - ROWS;
};

test("poller_producesJustThatPageAgain_killedBetweenProduceAndCheckpoint", async () => {
  const poller = startPoller({ CONCURRENCY: "1", HOLD: "produced:7" });
  await poller.says("held");
  await poller.kill9();
  expect(await finishAndAudit()).toBe(PAGE_SIZE);
});

test("poller_producesNothingTwice_killedAfterACheckpoint", async () => {
  const poller = startPoller({ CONCURRENCY: "1", HOLD: "checkpointed:7" });
  await poller.says("held");
  await poller.kill9();
  expect(await finishAndAudit()).toBe(0);
});

test("poller_losesNothing_killedAtRandomPointsUntilOneEndsWell", async () => {
  const seed = seedOfRun();
  console.log(`CRASH_SEED=${seed}`);
  const random = createRandom(seed);
  const KILLS = 8;
  mock.faults.next("getSettlements", { kind: "slow", ms: 12 }, { times: 1_000_000 });
  for (let kill = 0; kill < KILLS; kill += 1) {
    const env = random.between(0, 2) === 0 ? { HOLD: `produced:${random.between(1, 4)}` } : {};
    const poller = startPoller(env);
    await poller.says("started");
    await Bun.sleep(random.between(0, 250));
    await poller.kill9();
  }
  mock.faults.clear();
  // Each kill leaves at most the two pages that were under way to be produced again.
  expect(await finishAndAudit()).toBeLessThanOrEqual(KILLS * 2 * PAGE_SIZE);
});

test("poller_leavesItToTheOther_twoOfThemAtOnceAndOneIsKilled", async () => {
  mock.faults.next("getSettlements", { kind: "slow", ms: 12 }, { times: 1_000_000 });
  const first = startPoller();
  await first.says("started");
  // It waits for the date, and gets it when the killed one's lease runs out.
  const second = startPoller();
  await Bun.sleep(150);
  expect(second.output()).not.toContain("started");
  await first.kill9();
  expect(await second.exited).toBe("exit code 0");
  expect(await finishAndAudit()).toBeLessThanOrEqual(2 * PAGE_SIZE);
});
