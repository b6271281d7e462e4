import type { Command } from "../command.ts";
import { type DeadLetter, type Log, silentLog } from "../ports.ts";
import { createSqliteHealth } from "../store/sqlite-health.ts";
import { openDatabase } from "../store/sqlite-open.ts";

/** Commands promised to be run, and those put aside: the durable part of the embedded bus. */
export interface Inbox {
  /** Durable when it resolves; commands added in one turn share one fsync. */
  add(command: Command): Promise<void>;
  /** Soon, and without a promise: a command left behind finds its stored reply when it comes again. */
  remove(commandId: string): void;
  has(commandId: string): boolean;
  all(): Command[];
  bury(command: Command, reason: string): Promise<void>;
  /** Moves a dead letter back; undefined when there is none. */
  revive(commandId: string): Command | undefined;
  deadLetter(commandId: string): DeadLetter | undefined;
  deadLetters(limit: number): DeadLetter[];
  deadLetterCount(): number;
  /** Rejects when it takes no commands. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const tables = `
  CREATE TABLE IF NOT EXISTS inbox (command_id TEXT PRIMARY KEY, command TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS dead_letters (
    command_id TEXT PRIMARY KEY, command TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL
  );
`;

interface DeadRow {
  readonly command: string;
  readonly reason: string;
  readonly at: string;
}

interface Adding {
  readonly command: Command;
  resolve(): void;
  reject(error: Error): void;
}

export const createInbox = (path: string, log: Log = silentLog): Inbox => {
  const health = createSqliteHealth({ path, log, code: "BUS_UNAVAILABLE" });
  const { guard } = health;
  const database = guard(() => openDatabase(path, tables));
  const insert = database.prepare("INSERT OR IGNORE INTO inbox VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM inbox WHERE command_id = ?");
  const find = database.prepare<{ found: number }, [string]>(
    "SELECT 1 AS found FROM inbox WHERE command_id = ?",
  );
  const bury = database.prepare("INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?)");
  const unbury = database.prepare("DELETE FROM dead_letters WHERE command_id = ?");
  const findDead = database.prepare<DeadRow, [string]>(
    "SELECT command, reason, at FROM dead_letters WHERE command_id = ?",
  );
  const listDead = database.prepare<DeadRow, [number]>(
    "SELECT command, reason, at FROM dead_letters ORDER BY at DESC, command_id LIMIT ?",
  );
  const countDead = database.prepare<{ letters: number }, []>("SELECT count(*) AS letters FROM dead_letters");
  let adding: Adding[] = [];
  let removing: string[] = [];
  let flushing: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(flushing);
    flushing = undefined;
    const added = adding;
    const removed = removing;
    adding = [];
    removing = [];
    try {
      write(() => {
        for (const { command } of added) insert.run(command.id, JSON.stringify(command));
        for (const commandId of removed) remove.run(commandId);
      });
      for (const { resolve } of added) resolve();
    } catch (error) {
      removing = [...removed, ...removing]; // they go with the next write that is taken
      for (const { reject } of added) reject(error as Error);
    }
  };
  const write = (work: () => void) => {
    guard(() => database.transaction(work).immediate());
    health.wrote();
  };
  const probe = async () =>
    write(() => {
      bury.run("probe", "", "", "");
      unbury.run("probe");
    });
  const flushIn = (ms: number) => {
    flushing ??= setTimeout(flush, ms);
  };

  const letterOf = ({ command, reason, at }: DeadRow): DeadLetter => ({
    command: JSON.parse(command) as Command,
    reason,
    at,
  });

  return {
    add: (command) =>
      new Promise((resolve, reject) => {
        adding.push({ command, resolve, reject });
        flushIn(0);
      }),
    remove(commandId) {
      removing.push(commandId);
      flushIn(20);
    },
    has: (commandId) => guard(() => find.get(commandId) !== null),
    all: () =>
      guard(() =>
        database
          .query<{ command: string }, []>("SELECT command FROM inbox ORDER BY rowid")
          .all()
          .map((row) => JSON.parse(row.command) as Command),
      ),
    async bury(command, reason) {
      write(() => {
        bury.run(command.id, JSON.stringify(command), reason, new Date().toISOString());
        remove.run(command.id);
      });
    },
    revive(commandId) {
      const row = guard(() => findDead.get(commandId));
      if (!row) return undefined;
      const { command } = letterOf(row);
      write(() => {
        insert.run(commandId, row.command);
        unbury.run(commandId);
      });
      return command;
    },
    deadLetter: (commandId) => {
      const row = guard(() => findDead.get(commandId));
      return row ? letterOf(row) : undefined;
    },
    deadLetters: (limit) => guard(() => listDead.all(limit).map(letterOf)),
    deadLetterCount: () => guard(() => countDead.get()?.letters ?? 0),
    check: () => health.check(probe),
    async close() {
      flush();
      if (!health.damaged) database.close();
    },
  };
};
