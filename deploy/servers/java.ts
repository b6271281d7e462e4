import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { aptInstall, canAptInstall } from "./apt.ts";
import { ServersError } from "./errors.ts";
import type { Log } from "./log.ts";

/** Each holds folders with a Java each: Debian's and Eclipse's packages, archives unpacked by hand, SDKMAN, macOS. */
const PARENTS = [
  "/usr/lib/jvm",
  "/opt",
  "/opt/java",
  join(homedir(), ".sdkman/candidates/java"),
  "/Library/Java/JavaVirtualMachines",
  "/opt/homebrew/opt",
];

interface Java {
  /** The `java` command. */
  readonly path: string;
  /** 17 of 17.0.15. */
  readonly major: number;
}

/**
 * The path of a `java` that is new enough: the one that JAVA_HOME or the PATH names if it is, else the oldest on this
 * machine that is, else Debian's of that version when it is a Debian and we are root.
 *
 * @throws ServersError JAVA_MISSING, INSTALL_FAILED
 */
export async function findJava(server: string, oldest: number, log: Log): Promise<string> {
  const enough = ({ major }: Java) => major >= oldest;
  const locate = () => chosen().find(enough) ?? installed().find(enough);
  let java = locate();
  if (java === undefined && canAptInstall() && aptHas(oldest)) {
    await aptInstall(debianPackage(oldest), log);
    java = locate();
  }
  if (java !== undefined) return java.path;
  const found = [...chosen(), ...installed()].map(({ path, major }) => `${path} is version ${major}`);
  throw new ServersError("JAVA_MISSING", {
    message:
      `${server} needs Java ${oldest} or newer, and none was found (${found.join("; ") || "no Java at all"}). ` +
      "Nothing was started. Install one, such as Eclipse Temurin from https://adoptium.net, and let JAVA_HOME name it.",
  });
}

/** By whoever set up the machine. */
function chosen(): Java[] {
  const home = process.env.JAVA_HOME;
  const onPath = Bun.which("java");
  return [
    home ? readHome(home) : undefined,
    onPath ? readHome(dirname(dirname(realpathSync(onPath)))) : undefined,
  ].filter((java) => java !== undefined);
}

function installed(): Java[] {
  return PARENTS.filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)))
    .flatMap((folder) => [
      folder,
      join(folder, "Contents/Home"),
      join(folder, "libexec/openjdk.jdk/Contents/Home"),
    ])
    .map(readHome)
    .filter((java) => java !== undefined)
    .sort((a, b) => a.major - b.major);
}

/** Every Java since 9 has a file that tells its version, so that none has to be run to ask it. */
function readHome(home: string): Java | undefined {
  const [path, release] = [join(home, "bin/java"), join(home, "release")];
  if (!existsSync(path) || !existsSync(release)) return undefined;
  const major = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, "utf8"))?.[1];
  return major === undefined ? undefined : { path, major: Number(major) };
}

const debianPackage = (major: number): string => `openjdk-${major}-jre-headless`;

/** Debian keeps one or two versions of Java in each of its releases. */
function aptHas(major: number): boolean {
  const { success, stdout } = Bun.spawnSync(["apt-cache", "policy", debianPackage(major)], {
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return success && /Candidate: \d/.test(stdout.toString());
}
