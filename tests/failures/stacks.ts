import { describe } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { connect } from "nats";
import { createEmbeddedBus } from "../../actors/bus.embedded.ts";
import { createNatsBus } from "../../actors/bus.nats.ts";
import type { CommandBus, OrderStore } from "../../actors/ports.ts";
import { createMongoStore } from "../../actors/store.mongo.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { createTurns, updatingOneByOne } from "./one-by-one.ts";

/** One shop's data on one stack. What is opened twice is two processes' view of the same data. */
export interface Ground {
  /** How often timers are looked for, in ms. FerretDB reads every order for each look. */
  readonly scanEveryMs: number;
  openStore(): Promise<OrderStore>;
  openBus(): Promise<CommandBus>;
  /** Removes the data; everything opened is closed by then. */
  remove(): Promise<void>;
}

export interface Stack {
  readonly name: "embedded" | "nats+mongodb";
  ground(): Promise<Ground>;
}

/** A command that its worker lost comes again after this, in ms: short, so that a crash is soon mended. */
const ACK_WAIT_MS = 1_500;
const UPDATES_AT_ONCE = 16;

export const embedded: Stack = {
  name: "embedded",
  async ground() {
    const folder = await mkdtemp(join(tmpdir(), "jumun-failures-"));
    return {
      scanEveryMs: 20,
      openStore: () => createSqliteStore({ path: join(folder, "orders.sqlite") }),
      openBus: () => createEmbeddedBus({ path: join(folder, "bus.sqlite") }),
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

export const servers: Stack = {
  name: "nats+mongodb",
  async ground() {
    const natsUrl = addressOf("NATS_URL");
    const mongodbUrl = addressOf("MONGODB_URL");
    const name = uniqueName();
    const turns = createTurns(UPDATES_AT_ONCE);
    return {
      scanEveryMs: 100,
      openStore: async () =>
        updatingOneByOne(await createMongoStore({ url: mongodbUrl, database: name }), turns),
      openBus: () => createNatsBus({ urls: [natsUrl], prefix: name, ackWaitMs: ACK_WAIT_MS }),
      async remove() {
        await Promise.all([dropDatabase(mongodbUrl, name), deleteStreams(natsUrl, name)]);
      },
    };
  },
};

/** Runs a suite once over each stack. */
export const onEachStack = (name: string, suite: (stack: Stack) => void): void => {
  for (const stack of [embedded, servers]) describe(`${name} [${stack.name}]`, () => suite(stack));
};

const addressOf = (variable: "NATS_URL" | "MONGODB_URL"): string => {
  const url = process.env[variable];
  if (url) return url;
  throw new Error(
    `${variable} is not set, so the failures can't be tested on real servers. Run \`bun run test\`, which starts ` +
      "them, or `bun run up:servers` and set the variable to the address that it prints.",
  );
};

let grounds = 0;

/** Names a database and a NATS prefix that no other run has. */
const uniqueName = (): string => {
  grounds += 1;
  return `fail-${process.pid}-${Date.now().toString(36)}-${grounds}`;
};

const dropDatabase = async (url: string, database: string): Promise<void> => {
  const client = new MongoClient(url);
  await client.db(database).dropDatabase();
  await client.close();
};

const deleteStreams = async (url: string, prefix: string): Promise<void> => {
  const connection = await connect({ servers: url });
  const { streams } = await connection.jetstreamManager();
  const ours: string[] = [];
  for await (const name of streams.names()) if (name.startsWith(`${prefix.toUpperCase()}_`)) ours.push(name);
  await Promise.all(ours.map((name) => streams.delete(name)));
  await connection.close();
};
