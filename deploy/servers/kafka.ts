import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { mendKafkajsTimer } from "../../settlement/log/kafkajs-timer.ts";
import { inDataFolder } from "./data-folder.ts";
import { type ServerHandle, type ServerOptions, startServer } from "./handle.ts";
import { installKafka, kafkaCommand } from "./kafka-binaries.ts";
import { type KafkaSecurity, scramArguments, secureProperties } from "./kafka-security.ts";
import { logToStderr } from "./log.ts";
import { choosePort, freePort, LOOPBACK } from "./ports.ts";
import { runTool } from "./process.ts";

const PROBE_TIMEOUT_MS = 2_000;

export interface KafkaOptions extends ServerOptions {
  /** Most memory of Java's heap, such as `1g`; 512m when absent. */
  readonly heap?: string | undefined;
  /** The port that clients are told to come to, when it is not its own: of a proxy on loopback. */
  readonly advertisedPort?: number | undefined;
  readonly secure?: KafkaSecurity | undefined;
}

export interface KafkaHandle extends ServerHandle {
  /** `host:port` of the listeners beside the usual one: see {@link KafkaSecurity}. */
  readonly doors: readonly string[];
}

/**
 * A Kafka of one process, broker and controller at once (KRaft). Its `url` is what KAFKA_BROKERS takes:
 * `127.0.0.1:20417`. Topics are not made by naming them.
 *
 * As in any Kafka, a record is safe once the replicas have it, and this one has none: what it acknowledged outlives
 * the process, but not the machine.
 *
 * @throws ServersError
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaHandle> {
  const log = options.log ?? logToStderr;
  const port = await choosePort("Kafka", options.port);
  const controllerPort = await freePort();
  await installKafka(log);
  return inDataFolder(options.dataDir, async (folder) => {
    const tempDir = folder.path;
    const server = await kafkaCommand("kafka.Kafka", { heap: options.heap, tempDir, log });
    const config = join(folder.path, "server.properties");
    const data = join(folder.path, "data");
    const clusterId = await clusterIdOf(join(folder.path, "cluster-id"));
    const { secure } = options;
    const doorPorts = await Promise.all((secure?.doors ?? []).map(freePort));
    const listening = secure
      ? await secureProperties(folder.path, LOOPBACK, { port, controllerPort, doorPorts }, secure)
      : plainProperties(port, controllerPort, options.advertisedPort ?? port);
    await writeFile(config, textOf({ ...propertiesOf(controllerPort, data), ...listening }), { mode: 0o600 });
    if (!existsSync(join(data, "meta.properties"))) {
      const format = await kafkaCommand("kafka.tools.StorageTool", { tempDir, log });
      const flags = ["format", "--config", config, "--cluster-id", clusterId, "--ignore-formatted"];
      const [java = "", ...rest] = [...format, ...flags, ...(secure ? scramArguments(secure) : [])];
      // From a file, since every user of the machine can read arguments, and there are passwords among them.
      const argumentsFile = join(folder.path, "format.args");
      await writeFile(argumentsFile, rest.map((one) => JSON.stringify(one)).join("\n"), { mode: 0o600 });
      await runTool({
        step: "making a Kafka data folder",
        command: [java, `@${argumentsFile}`],
        cwd: folder.path,
        log,
        failure: "START_FAILED",
      });
    }
    const url = `${LOOPBACK}:${port}`;
    const handle = await startServer({
      name: "Kafka",
      url,
      command: [...server, config],
      logFile: join(folder.path, "kafka.log"),
      deathSignal: "KILL",
      stopSignal: "SIGTERM",
      probe: () => probe(url, clusterId, secure),
      leftover: /Address already in use|Failed to acquire lock/,
      onCrash: options.onCrash,
      release: folder.release,
    });
    return Object.assign(handle, { doors: doorPorts.map((door) => `${LOOPBACK}:${door}`) });
  });
}

const plainProperties = (port: number, controllerPort: number, advertised: number) => ({
  listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controllerPort}`,
  "advertised.listeners": `PLAINTEXT://${LOOPBACK}:${advertised}`,
  "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
});

const propertiesOf = (controllerPort: number, data: string) => ({
  "process.roles": "broker,controller",
  "node.id": 1,
  "controller.quorum.voters": `1@${LOOPBACK}:${controllerPort}`,
  "controller.listener.names": "CONTROLLER",
  "log.dirs": data,
  "auto.create.topics.enable": false,
  // There is one broker, so nothing can have replicas.
  "offsets.topic.replication.factor": 1,
  "offsets.topic.num.partitions": 4,
  "transaction.state.log.replication.factor": 1,
  "transaction.state.log.min.isr": 1,
  "share.coordinator.state.topic.replication.factor": 1,
  "share.coordinator.state.topic.min.isr": 1,
  // A killed broker is let in again once the controller has missed it for that long: 9 s unless told otherwise.
  "broker.session.timeout.ms": 4_000,
  "broker.heartbeat.interval.ms": 1_000,
  // Else a group waits 3 s for more members before it begins, at each test.
  "group.initial.rebalance.delay.ms": 0,
  // Else a killed consumer of a test keeps its partitions for 6 s at least.
  "group.min.session.timeout.ms": 1_000,
});

const textOf = (properties: object): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

/** Made at the first start and kept with the data, which belong to no other cluster. Kafka's form: 16 bytes in base64. */
async function clusterIdOf(file: string): Promise<string> {
  if (!existsSync(file)) {
    // A leading dash would be read as a flag.
    await writeFile(file, `j${randomBytes(16).toString("base64url").slice(1)}`);
  }
  return readFile(file, "utf8");
}

async function probe(url: string, clusterId: string, secure?: KafkaSecurity): Promise<void> {
  mendKafkajsTimer();
  const kafka = new Kafka({
    brokers: [url],
    ...(secure && {
      ssl: { ca: secure.tls.ca, cert: secure.tls.cert, key: secure.tls.key },
      sasl: { mechanism: "scram-sha-512", username: secure.admin.user, password: secure.admin.password },
    }),
    connectionTimeout: PROBE_TIMEOUT_MS,
    requestTimeout: PROBE_TIMEOUT_MS,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.clusterId !== clusterId) throw new Error(`another Kafka answers at ${url}`);
    if (cluster.brokers.length === 0 || cluster.controller === null)
      throw new Error("the broker is not in its cluster yet");
  } finally {
    await admin.disconnect();
  }
}
