import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "nats";
import type { CommandBus } from "../../actors/ports.ts";

/** One bus' data, as long as a test lives. */
export interface BusWorld {
  /** The bus over these data; once more after a close, as a restarted process would. */
  open(): Promise<CommandBus>;
  /** Closes what is open and removes the data. */
  dispose(): Promise<void>;
}

export interface BusAdapter {
  readonly name: "embedded" | "nats";
  create(): Promise<BusWorld>;
}

const embedded: BusAdapter = {
  name: "embedded",
  async create() {
    const { createEmbeddedBus } = await import("../../actors/bus.embedded.ts");
    const folder = await mkdtemp(join(tmpdir(), "jumun-bus-"));
    return world(
      () => createEmbeddedBus({ path: join(folder, "bus.sqlite") }),
      () => rm(folder, { recursive: true, force: true }),
    );
  },
};

const nats: BusAdapter = {
  name: "nats",
  async create() {
    const url = process.env.NATS_URL;
    if (!url) {
      throw new Error(
        "The contract tests of the NATS bus need a server with JetStream. Run `bun run test`, which starts one, or " +
          "`bun run up:servers` and set NATS_URL to the address that it prints.",
      );
    }
    const { createNatsBus } = await import("../../actors/bus.nats.ts");
    const prefix = uniquePrefix();
    return world(
      () => createNatsBus({ urls: [url], prefix }),
      () => deleteStreams(url, prefix),
    );
  },
};

/** Both adapters, each to be held by the whole contract. */
export const busAdapters: readonly BusAdapter[] = [embedded, nats];

let worlds = 0;

/** Keeps the streams of tests apart that share a server. */
export const uniquePrefix = (): string => {
  worlds += 1;
  return `test-${process.pid}-${Date.now().toString(36)}-${worlds}`;
};

const world = (open: () => Promise<CommandBus>, remove: () => Promise<unknown>): BusWorld => {
  const opened: CommandBus[] = [];
  return {
    async open() {
      const bus = await open();
      opened.push(bus);
      return bus;
    },
    async dispose() {
      await Promise.all(opened.map((bus) => bus.close()));
      await remove();
    },
  };
};

/** Removes every stream whose name starts with the prefix, as if the server had lost its disk. */
export const deleteStreams = async (url: string, prefix: string): Promise<void> => {
  const nc = await connect({ servers: url });
  const { streams } = await nc.jetstreamManager();
  const ours: string[] = [];
  for await (const name of streams.names()) if (name.startsWith(prefix.toUpperCase())) ours.push(name);
  await Promise.all(ours.map((name) => streams.delete(name)));
  await nc.close();
};
