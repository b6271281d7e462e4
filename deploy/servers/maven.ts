import { aptInstall, canAptInstall } from "./apt.ts";
import { ServersError } from "./errors.ts";
import type { Log } from "./log.ts";
import { runTool } from "./process.ts";

/** Named in full, so that no other version of it does the work. */
const DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";

export interface MavenOptions {
  readonly step: string;
  /** Of the dependency plugin: `copy`, `copy-dependencies`. */
  readonly goal: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Where the pom.xml is, for goals that read one. */
  readonly cwd: string;
  readonly log: Log;
}

/**
 * Fetches from Maven's repositories, whose checksums are verified. What it downloads stays in Maven's own cache, which
 * is safe to share.
 *
 * @throws ServersError MAVEN_MISSING, INSTALL_FAILED
 */
export async function maven({ step, goal, settings, cwd, log }: MavenOptions): Promise<void> {
  let path = Bun.which("mvn");
  if (path === null && canAptInstall()) {
    await aptInstall("maven", log);
    path = Bun.which("mvn");
  }
  if (path === null) {
    throw new ServersError("MAVEN_MISSING", {
      message:
        "The `mvn` command was not found; Kafka and the schema registry come from Maven's repositories. Nothing was " +
        "started. Install it (Debian and Ubuntu: `apt-get install maven`, macOS: `brew install maven`).",
    });
  }
  const quietly = ["--batch-mode", "--quiet", "--strict-checksums"];
  const flags = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  await runTool({
    step,
    command: [path, ...quietly, `${DEPENDENCY_PLUGIN}:${goal}`, ...flags],
    cwd,
    log,
    failure: "INSTALL_FAILED",
  });
}
