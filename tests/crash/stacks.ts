import { MongoClient } from "mongodb";
import { connect } from "nats";

/** What a shop runs on: settings for its processes, and a place for its data that no other test has. */
export interface Stack {
  readonly name: string;
  /** Settings of one shop's processes. `folder` is its own. */
  settings(place: Place): Readonly<Record<string, string>>;
  /** Removes what `settings` made room for on servers. */
  clear(place: Place): Promise<void>;
}

export interface Place {
  readonly folder: string;
  /** Lower case letters and digits. */
  readonly name: string;
}

export const embedded: Stack = {
  name: "embedded",
  settings: ({ folder }) => ({ DATA_DIR: `${folder}/data`, NATS_URL: "", MONGODB_URL: "" }),
  clear: async () => {},
};

const serverUrl = (name: "NATS_URL" | "MONGODB_URL"): string => {
  const url = process.env[name];
  if (url) return url;
  throw new Error(`${name} is not set. \`bun run test\` starts the servers and sets it.`);
};

/** Servers that the test run shares: a database and a prefix for each shop keep them apart. */
export const natsMongodb: Stack = {
  name: "nats+mongodb",
  settings: ({ folder, name }) => ({
    DATA_DIR: `${folder}/data`,
    NATS_URL: serverUrl("NATS_URL"),
    NATS_PREFIX: name,
    MONGODB_URL: serverUrl("MONGODB_URL"),
    MONGODB_DATABASE: name,
  }),
  async clear({ name }) {
    const nats = await connect({ servers: serverUrl("NATS_URL") });
    const { streams } = await nats.jetstreamManager();
    for (const { config } of await streams.list().next()) {
      if (config.name.startsWith(`${name.toUpperCase()}_`)) await streams.delete(config.name);
    }
    await nats.close();
    const mongodb = await MongoClient.connect(serverUrl("MONGODB_URL"));
    await mongodb.db(name).dropDatabase();
    await mongodb.close();
  },
};

export const stacks: readonly Stack[] = [embedded, natsMongodb];
