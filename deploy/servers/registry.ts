import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { inDataFolder } from "./data-folder.ts";
import { type ServerHandle, type ServerOptions, startServer } from "./handle.ts";
import { findJava } from "./java.ts";
import { type Log, logToStderr } from "./log.ts";
import { maven } from "./maven.ts";
import { choosePort, freePort, LOOPBACK } from "./ports.ts";
import { runTool } from "./process.ts";
import { openRegistryDoor, type RegistrySecurity } from "./registry-door.ts";

export const APICURIO_VERSION = "3.3.3";

/** Its classes are built for it. */
const OLDEST_JAVA = 21;
const ARTIFACT = "apicurio-registry-app";
const PROBE_TIMEOUT_MS = 2_000;

export interface RegistryOptions extends ServerOptions {
  readonly secure?: RegistrySecurity | undefined;
}

/**
 * Apicurio Registry, a schema registry that speaks Confluent's API. Its `url` is that API, which is what
 * SCHEMA_REGISTRY_URL takes: `http://127.0.0.1:20815/apis/ccompat/v7`.
 *
 * @throws ServersError
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<ServerHandle> {
  if (options.secure) return startBehindDoor(options, options.secure);
  const log = options.log ?? logToStderr;
  const port = await choosePort("the schema registry", options.port);
  const managementPort = await freePort();
  const java = await findJava("The schema registry", OLDEST_JAVA, log);
  const app = await installRegistry(log);
  return inDataFolder(options.dataDir, async (folder) => {
    const url = `http://${LOOPBACK}:${port}/apis/ccompat/v7`;
    return startServer({
      name: "Apicurio Registry",
      url,
      command: [
        java,
        "-Xmx256m",
        // A killed process leaves its temporary files behind: then they go with its folder.
        `-Djava.io.tmpdir=${folder.path}`,
        "-jar",
        join(app, "quarkus-run.jar"),
      ],
      env: {
        QUARKUS_HTTP_HOST: LOOPBACK,
        QUARKUS_HTTP_PORT: `${port}`,
        // A second door, for health and metrics, which would stand open to all on port 9000.
        QUARKUS_MANAGEMENT_HOST: LOOPBACK,
        QUARKUS_MANAGEMENT_PORT: `${managementPort}`,
        QUARKUS_LOG_LEVEL: "WARN",
        // H2 keeps what it wrote for half a second to itself unless told not to: a kill would take it back.
        APICURIO_DATASOURCE_URL: `jdbc:h2:file:${join(folder.path, "registry")};WRITE_DELAY=0`,
      },
      logFile: join(folder.path, "registry.log"),
      deathSignal: "KILL",
      stopSignal: "SIGTERM",
      probe: () => probe(url),
      leftover: /already in use|Address already in use|Database may be already in use/,
      onCrash: options.onCrash,
      release: folder.release,
    });
  });
}

/** A proxy with TLS and a login in front of a registry without, as is usual for this one. */
async function startBehindDoor(options: RegistryOptions, secure: RegistrySecurity): Promise<ServerHandle> {
  const port = await choosePort("the schema registry's door", options.port);
  const registry = await startRegistry({ ...options, port: undefined, secure: undefined });
  const door = openRegistryDoor(registry.url, port, secure);
  return {
    ...registry,
    get pid() {
      return registry.pid;
    },
    url: door.url,
    async stop() {
      await door.close();
      await registry.stop();
    },
  };
}

/** The path of the unpacked server, fetched first if the cache does not have it. */
export function installRegistry(log: Log = logToStderr): Promise<string> {
  return cached(`apicurio-registry-${APICURIO_VERSION}`, async (folder) => {
    await maven({
      step: `fetching Apicurio Registry ${APICURIO_VERSION}`,
      goal: "copy",
      settings: {
        artifact: `io.apicurio:${ARTIFACT}:${APICURIO_VERSION}:tar.gz:all`,
        outputDirectory: folder,
      },
      cwd: folder,
      log,
    });
    const app = join(folder, "app");
    await mkdir(app);
    await runTool({
      step: "unpacking it",
      command: ["tar", "-xzf", join(folder, `${ARTIFACT}-${APICURIO_VERSION}-all.tar.gz`), "-C", app],
      log,
      failure: "INSTALL_FAILED",
    });
    return app;
  });
}

async function probe(url: string): Promise<void> {
  const answer = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`the registry answers ${answer.status}`);
  await answer.json();
}
