import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { openDataFolder } from "./data-folder.ts";
import { logToStderr } from "./log.ts";
import { installServers, type ServerChoice, type Servers, ServersError, startServers } from "./mod.ts";
import { prepareSecured, writeSettings } from "./secured.ts";
import { createSecurity, passwordsIn, type Security } from "./security.ts";

const HELP = `Local servers for tests and for use by hand: NATS with JetStream, FerretDB on PostgreSQL, which
speaks MongoDB's wire protocol, Kafka, and Apicurio Registry, which speaks the API of Confluent's schema registry.
All listen on 127.0.0.1 only. Runs until Ctrl-C.

Usage: bun run up:servers [options]

  --nats-port <port>      default 4222
  --mongodb-port <port>   default 27017
  --kafka-port <port>     default 9092
  --registry-port <port>  default 8081
  --no-nats               without NATS
  --no-mongodb            without FerretDB and PostgreSQL
  --no-kafka              without Kafka
  --no-registry           without the schema registry
  --data <folder>         keep the data there (default: a temporary folder, removed at the end)
  --secure                with TLS, users and rights; prints where the settings of each user are
  --install               only download and build what is missing, for instance to warm a CI cache
  --help                  print this
`;

const FLAGS = {
  "nats-port": { type: "string", default: "4222" },
  "mongodb-port": { type: "string", default: "27017" },
  "kafka-port": { type: "string", default: "9092" },
  "registry-port": { type: "string", default: "8081" },
  "no-nats": { type: "boolean", default: false },
  "no-mongodb": { type: "boolean", default: false },
  "no-kafka": { type: "boolean", default: false },
  "no-registry": { type: "boolean", default: false },
  data: { type: "string" },
  secure: { type: "boolean", default: false },
  install: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const RUNNER_CHECK_MS = 1_000;

const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
const Flags = Type.Object({
  "nats-port": Port,
  "mongodb-port": Port,
  "kafka-port": Port,
  "registry-port": Port,
  "no-nats": Type.Boolean(),
  "no-mongodb": Type.Boolean(),
  "no-kafka": Type.Boolean(),
  "no-registry": Type.Boolean(),
  data: Type.Optional(Type.String({ minLength: 1 })),
  secure: Type.Boolean(),
  install: Type.Boolean(),
  help: Type.Boolean(),
});
type Flags = Static<typeof Flags>;

/** @throws Error that names the flag, when one is unknown or has a value it can't have */
function readFlags(args: string[]): Flags {
  const { values } = parseArgs({ args, options: FLAGS, strict: true });
  const flags: unknown = Value.Convert(Flags, values);
  if (Value.Check(Flags, flags)) return flags;
  const first = Value.Errors(Flags, flags).First();
  throw new Error(`--${first?.path.slice(1)}: ${first?.message}, got ${JSON.stringify(first?.value)}`);
}

const choiceOf = (flags: Flags): ServerChoice => ({
  nats: !flags["no-nats"],
  mongodb: !flags["no-mongodb"],
  kafka: !flags["no-kafka"],
  registry: !flags["no-registry"],
});

/** Resolves to why to stop: a signal, or a server that ended by itself. */
async function run(flags: Flags): Promise<"asked" | "crashed"> {
  const { promise: end, resolve: endBecause } = Promise.withResolvers<"asked" | "crashed">();
  const folder = flags.secure ? await openDataFolder(flags.data && join(flags.data, "secure")) : undefined;
  const security = folder && (await createSecurity(await passwordsIn(folder.path)));
  const servers = await startServers({
    ...choiceOf(flags),
    secure: security,
    ports: {
      nats: flags["nats-port"],
      mongodb: flags["mongodb-port"],
      kafka: flags["kafka-port"],
      registry: flags["registry-port"],
    },
    dataDir: flags.data,
    onCrash(message) {
      logToStderr(message);
      endBecause("crashed");
    },
  });
  // Only now: a signal during the start ends this process at once, and the servers with it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => endBecause("asked"));
  whenRunnerIsGone(() => endBecause("asked"));
  announce(servers);
  if (folder && security) await announceSecured(folder.path, servers, security);
  else printSettings(servers);
  const reason = await end;
  logToStderr("Stopping …");
  await servers.stop();
  await folder?.release();
  return reason;
}

/** `bun run` passes every signal on but the one it can't see: killed by SIGKILL, it leaves this process behind. */
function whenRunnerIsGone(then: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const runner = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === runner) return;
    clearInterval(watch);
    then();
  }, RUNNER_CHECK_MS);
}

function announce({ processes }: Servers): void {
  logToStderr(
    `Running: ${processes.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ")}. Ctrl-C stops them.`,
  );
}

/** The exports go to stdout and all else to stderr, so that a script can read the exports alone. */
function printSettings({ natsUrl, mongodbUrl, kafkaBrokers, registryUrl }: Servers): void {
  const settings = {
    NATS_URL: natsUrl,
    MONGODB_URL: mongodbUrl,
    KAFKA_BROKERS: kafkaBrokers,
    SCHEMA_REGISTRY_URL: registryUrl,
  };
  const exports = Object.entries(settings).flatMap(([name, url]) => (url ? [`${name}=${url}`] : []));
  if (exports.length > 0) console.log(`export ${exports.join(" ")}`);
}

/** For each user a line that takes its settings into a shell; the passwords themselves are not shown. */
async function announceSecured(folder: string, servers: Servers, security: Security): Promise<void> {
  await prepareSecured(servers, security);
  const users = Object.keys(await writeSettings(folder, servers, security));
  logToStderr("Streams, topics and rights are made. The settings of each user, for a shell of its own:");
  for (const user of users) console.log(`set -a; . ${join(folder, `${user}.env`)}; set +a`);
}

async function main(args: string[]): Promise<number> {
  let flags: Flags;
  try {
    flags = readFlags(args);
  } catch (error) {
    logToStderr(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
  if (flags.help) {
    console.log(HELP);
    return 0;
  }
  try {
    if (flags.install) {
      await installServers(choiceOf(flags));
      return 0;
    }
    return (await run(flags)) === "asked" ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ServersError)) throw error;
    logToStderr(`${error.code}: ${error.message}`);
    return 1;
  }
}

process.exit(await main(process.argv.slice(2)));
