import type { ServerHandle } from "../../../deploy/servers/handle.ts";
import { startKafka, startServers } from "../../../deploy/servers/mod.ts";
import { freePort } from "../../../deploy/servers/ports.ts";
import type { Line } from "./line.ts";
import { createLines } from "./lines.ts";
import type { Target } from "./target.ts";

/** Servers of this test's own, since it kills them. */
export interface ServersUsed {
  readonly targets: readonly Target[];
  readonly lines: readonly Line[];
  /** For the shop and settlement: through the lines. */
  readonly settings: Readonly<Record<string, string>>;
  /** For the test: past them. */
  readonly direct: { readonly NATS_URL: string; readonly MONGODB_URL: string };
  close(): Promise<void>;
}

export const openServers = async ({ kafka }: { kafka: boolean }): Promise<ServersUsed> => {
  await using opened = new AsyncDisposableStack();
  const { all: lines, open: line } = createLines(opened);
  const silent = () => {};
  const servers = await startServers({ nats: true, mongodb: true, log: silent });
  opened.defer(() => servers.stop());
  const { nats, mongodb } = servers;
  if (!nats || !mongodb) throw new Error("NATS and FerretDB were asked for");
  const natsPort = await line("shop to NATS", portOf(nats));
  const mongodbPort = await line("shop to FerretDB", portOf(mongodb.ferretdb));
  let broker: ServerHandle | undefined;
  let brokers = "";
  if (kafka) {
    // Kafka tells its clients where to come: that is the line, so it is there first.
    const port = await freePort();
    const advertisedPort = await line("settlement to Kafka", port);
    const started = await startKafka({ port, advertisedPort, log: silent });
    opened.defer(() => started.stop());
    broker = started;
    brokers = `127.0.0.1:${advertisedPort}`;
  }

  const running = opened.move();
  const handles = [nats, mongodb.ferretdb, mongodb.postgres, ...(broker ? [broker] : [])];
  return {
    targets: handles.map(targetOf),
    lines,
    settings: {
      NATS_URL: `nats://127.0.0.1:${natsPort}`,
      MONGODB_URL: `mongodb://127.0.0.1:${mongodbPort}/jumun`,
      KAFKA_BROKERS: brokers,
    },
    direct: { NATS_URL: nats.url, MONGODB_URL: mongodb.url },
    close: () => running.disposeAsync(),
  };
};

const MOST_STARTS = 4;

const portOf = ({ url }: ServerHandle): number => Number(/:(\d+)(?:\/|$)/.exec(url)?.[1]);

const targetOf = (handle: ServerHandle): Target => ({
  name: handle.name,
  get pid() {
    return handle.pid;
  },
  kill: () => handle.kill(),
  async start() {
    for (let tries = 1; handle.pid === undefined; tries += 1) {
      // On a machine with much other work a start can take longer than a server is given.
      await handle.restart().catch((error) => {
        if (tries === MOST_STARTS) throw error;
      });
    }
  },
});
