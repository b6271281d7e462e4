import { join } from "node:path";
import { makeFolder } from "./data-folder.ts";
import type { OnCrash, ServerHandle } from "./handle.ts";
import { startKafka } from "./kafka.ts";
import { installKafka } from "./kafka-binaries.ts";
import type { Log } from "./log.ts";
import { installMongodb, type Mongodb, startMongodb } from "./mongodb.ts";
import { installNats, startNats } from "./nats.ts";
import { installRegistry, startRegistry } from "./registry.ts";
import type { Security } from "./security.ts";

export { ServersError, type ServersErrorCode } from "./errors.ts";
export { startFerretdb } from "./ferretdb.ts";
export type { ServerHandle, ServerOptions } from "./handle.ts";
export { type KafkaOptions, startKafka } from "./kafka.ts";
export { kafkaCommand } from "./kafka-binaries.ts";
export { type Mongodb, type MongodbOptions, startMongodb } from "./mongodb.ts";
export { startNats } from "./nats.ts";
export { startPostgres } from "./postgres.ts";
export { startRegistry } from "./registry.ts";

/** Which servers. */
export interface ServerChoice {
  readonly nats?: boolean | undefined;
  readonly mongodb?: boolean | undefined;
  readonly kafka?: boolean | undefined;
  /** The schema registry. */
  readonly registry?: boolean | undefined;
}

export interface StartServersOptions extends ServerChoice {
  /** Kept by `stop`, with a folder for each server. When absent, temporary folders, removed by `stop`. */
  readonly dataDir?: string | undefined;
  /** On loopback; any free ones when absent. */
  readonly ports?: {
    readonly nats?: number | undefined;
    readonly mongodb?: number | undefined;
    readonly postgres?: number | undefined;
    readonly kafka?: number | undefined;
    readonly registry?: number | undefined;
  };
  /** Told the progress of downloads and builds, which take minutes on a first run; stderr when absent. */
  readonly log?: Log | undefined;
  readonly onCrash?: OnCrash | undefined;
  /** All of them by TLS and with users. */
  readonly secure?: Security | undefined;
}

export interface Servers {
  readonly natsUrl?: string;
  readonly mongodbUrl?: string;
  readonly nats?: ServerHandle;
  readonly mongodb?: Mongodb;
  /** As KAFKA_BROKERS takes it: `127.0.0.1:20417`. */
  readonly kafkaBrokers?: string;
  readonly kafka?: ServerHandle;
  /** As SCHEMA_REGISTRY_URL takes it. */
  readonly registryUrl?: string;
  readonly registry?: ServerHandle;
  /** Those that run now. */
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  stop(): Promise<void>;
}

/**
 * Starts the chosen servers side by side, on 127.0.0.1 only, and waits until each does its work. What is not on the
 * machine is downloaded and built first and kept in `.cache/servers`. They end with this process, even by SIGKILL
 * where `setpriv` is there (Linux).
 *
 * @throws ServersError; nothing is left running
 * @example
 * const servers = await startServers({ nats: true, mongodb: true });
 * // servers.natsUrl: nats://127.0.0.1:24611, servers.mongodbUrl: mongodb://127.0.0.1:21507/jumun
 * await servers.stop();
 */
export async function startServers(options: StartServersOptions): Promise<Servers> {
  const { dataDir, ports = {}, log, onCrash, secure } = options;
  if (dataDir !== undefined) await makeFolder(dataDir);
  const within = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name));
  const startingNats = options.nats
    ? startNats({ port: ports.nats, dataDir: within("nats"), log, onCrash, secure: secure?.nats })
    : undefined;
  const startingMongodb = options.mongodb
    ? startMongodb({
        port: ports.mongodb,
        postgresPort: ports.postgres,
        dataDir: within("mongodb"),
        log,
        onCrash,
        secure: secure?.mongodb,
      })
    : undefined;
  const startingKafka = options.kafka
    ? startKafka({ port: ports.kafka, dataDir: within("kafka"), log, onCrash, secure: secure?.kafka })
    : undefined;
  const startingRegistry = options.registry
    ? startRegistry({
        port: ports.registry,
        dataDir: within("registry"),
        log,
        onCrash,
        secure: secure?.registry,
      })
    : undefined;
  await allOrNone([startingNats, startingMongodb, startingKafka, startingRegistry]);
  const nats = await startingNats;
  const mongodb = await startingMongodb;
  const kafka = await startingKafka;
  const registry = await startingRegistry;
  const handles = [nats, mongodb?.ferretdb, mongodb?.postgres, kafka, registry].filter(
    (handle) => handle !== undefined,
  );
  return {
    ...(nats && { nats, natsUrl: nats.url }),
    ...(mongodb && { mongodb, mongodbUrl: mongodb.url }),
    ...(kafka && { kafka, kafkaBrokers: kafka.url }),
    ...(registry && { registry, registryUrl: registry.url }),
    get processes() {
      return handles.flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]));
    },
    async stop() {
      await Promise.all([nats?.stop(), mongodb?.stop(), kafka?.stop(), registry?.stop()]);
    },
  };
}

/** Downloads and builds what the chosen servers need, and starts nothing. */
export async function installServers(choice: ServerChoice, log?: Log): Promise<void> {
  await Promise.all([
    choice.nats ? installNats(log) : undefined,
    choice.mongodb ? installMongodb(log) : undefined,
    choice.kafka ? installKafka(log) : undefined,
    choice.registry ? installRegistry(log) : undefined,
  ]);
}

/** When one fails, the others are stopped before its error is thrown. */
async function allOrNone(
  starting: readonly (Promise<{ stop(): Promise<void> }> | undefined)[],
): Promise<void> {
  const settled = await Promise.allSettled(starting);
  const failed = settled.find((outcome) => outcome.status === "rejected");
  if (!failed) return;
  await Promise.all(settled.map((outcome) => outcome.status === "fulfilled" && outcome.value?.stop()));
  throw failed.reason;
}
