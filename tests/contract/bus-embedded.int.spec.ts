import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmbeddedBus } from "../../actors/bus.embedded.ts";
import type { Command } from "../../actors/command.ts";
import type { CommandBus, Delivery } from "../../actors/ports.ts";
import { consumeAll, rejection, someCommand, until } from "./bus-fixtures.ts";

let folder: string;
let bus: CommandBus;
/** The bus' file, seen from beside as a process started after a crash would see it. */
let disk: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jumun-bus-"));
  const path = join(folder, "bus.sqlite");
  bus = await createEmbeddedBus({ path, buryAgainMs: 50 });
  disk = new Database(path);
});
afterEach(async () => {
  disk.close();
  await bus.close();
  await rm(folder, { recursive: true, force: true });
});

const isOnDisk = ({ id }: Command): boolean =>
  disk.query("SELECT 1 FROM inbox WHERE command_id = ?").get(id) !== null;

/** SQLite itself refuses every row of a table from now on, as it does on a full disk. */
const fill = (table: "inbox" | "dead_letters") =>
  disk.run(
    `CREATE TRIGGER full_disk BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
  );
const makeRoom = () => disk.run("DROP TRIGGER full_disk");

/** Hands one command in twice at once, and says what each caller was told and what was on disk at that moment. */
const askTwice = (command: Command, waitMs: readonly [number, number]) =>
  Promise.all(
    waitMs.map((ms) =>
      bus.request(command, ms).then(({ status }) => ({ status, onDisk: isOnDisk(command) })),
    ),
  );

test.each([
  ["bothWait", [20, 20]],
  ["theSecondDoesNotWait", [20, 0]],
  ["neitherWaits", [0, 0]],
] as const)("request_isOnDiskWhenToldPending_%s", async (_, waitMs) => {
  for (let turn = 0; turn < 20; turn += 1) {
    const told = await askTwice(someCommand(), waitMs);
    expect(told).toEqual([
      { status: "pending", onDisk: true },
      { status: "pending", onDisk: true },
    ]);
  }
});

test("request_isOnDiskWhenToldPending_theFirstIsBeingWritten", async () => {
  const command = someCommand();
  const first = bus.request(command, 1_000);
  const [second, third] = [bus.request(command, 0), bus.request(command, 0)].map((told) =>
    told.then(({ status }) => ({ status, onDisk: isOnDisk(command) })),
  );
  expect(await bus.isPending(command.id)).toBe(false);
  expect(await third).toEqual({ status: "pending", onDisk: true });
  expect(await second).toEqual({ status: "pending", onDisk: true });
  expect(await bus.isPending(command.id)).toBe(true);
  expect(await first).toEqual({ status: "pending" });
});

test("request_tellsBothTheError_diskIsFull", async () => {
  fill("inbox");
  const command = someCommand();
  const errors = await Promise.all([
    rejection(bus.request(command, 20)),
    rejection(bus.request(command, 20)),
  ]);
  for (const error of errors) expect(error).toMatchObject({ code: "BUS_UNAVAILABLE" });
  expect(await bus.isPending(command.id)).toBe(false);
  makeRoom();
  expect(await bus.request(command, 0)).toEqual({ status: "pending" });
  expect(isOnDisk(command)).toBe(true);
});

test("dead_bringsTheCommandAgain_diskWasFullWhenItWasBuried", async () => {
  const command = someCommand();
  const failed: string[] = [];
  fill("dead_letters");
  await consumeAll(bus, (delivery) => {
    void delivery.dead("it fails by itself").catch((error: unknown) => failed.push(String(error)));
  });
  const asked = bus.request(command, 10_000);
  await until(() => failed.length === 2);
  expect(failed[0]).toContain("disk is full");
  expect(await bus.deadLetter(command.id)).toBeUndefined();
  makeRoom();
  expect(await asked).toEqual({ status: "pending" });
  expect(await bus.deadLetter(command.id)).toMatchObject({ command, reason: "it fails by itself" });
});

test("retry_letsTheCommandGo_itsCallerWasToldThatItIsNotStored", async () => {
  fill("inbox");
  const command = someCommand();
  const deliveries: Delivery[] = [];
  await consumeAll(bus, (delivery) => void deliveries.push(delivery));
  expect(await rejection(bus.request(command, 20))).toMatchObject({ code: "BUS_UNAVAILABLE" });
  await deliveries[0]?.retry(0);
  makeRoom();
  // Asked again, it comes anew, and only then: two deliveries in all.
  expect(await bus.request(command, 20)).toEqual({ status: "pending" });
  expect(deliveries.map((delivery) => delivery.command.id)).toEqual([command.id, command.id]);
});

test("retry_bringsTheCommandAgain_itsCallerWaits", async () => {
  const command = someCommand();
  let tries = 0;
  await consumeAll(bus, (delivery) => {
    tries += 1;
    if (tries === 1) return void delivery.retry(0);
    void delivery.done({
      commandId: command.id,
      orderId: command.orderId,
      ok: false,
      code: "ORDER_NOT_FOUND",
      message: "",
    });
  });
  expect(await bus.request(command, 10_000)).toMatchObject({ status: "replied" });
  expect(tries).toBe(2);
});

test("request_keepsTheCommandThatWasTaken_anotherBodyUnderItsIdMeanwhile", async () => {
  const first = someCommand();
  const other = { ...first, hash: "another body" };
  const [one, two] = await Promise.all([bus.request(first, 0), bus.request(other, 20)]);
  const taken = one.status === "pending" ? first : other;
  expect([one.status, two.status].sort()).toEqual(["pending", "replied"]);
  const row = disk
    .query<{ command: string }, [string]>("SELECT command FROM inbox WHERE command_id = ?")
    .get(first.id);
  expect(JSON.parse(row?.command ?? "")).toEqual(taken);
});

test("request_tellsWhoeverCameMeanwhile_diskIsFull", async () => {
  fill("inbox");
  const command = someCommand();
  const told = await Promise.all([
    rejection(bus.request(command, 0)),
    rejection(bus.request(command, 1_000)),
  ]);
  expect(told).toMatchObject([{ code: "BUS_UNAVAILABLE" }, { code: "BUS_UNAVAILABLE" }]);
  makeRoom();
  expect(await bus.request(command, 0)).toEqual({ status: "pending" });
});
