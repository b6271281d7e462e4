import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { findJava } from "./java.ts";
import { type Log, logToStderr } from "./log.ts";
import { maven } from "./maven.ts";

export const KAFKA_VERSION = "4.3.1";

/** Kafka's own minimum. */
const OLDEST_JAVA = 17;

/** The version of slf4j that Kafka is built against. */
const SLF4J_VERSION = "1.7.36";

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>jumun</groupId>
  <artifactId>kafka-libs</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    ${[
      ["org.apache.kafka", "kafka_2.13", KAFKA_VERSION],
      ["org.apache.kafka", "kafka-tools", KAFKA_VERSION],
      ["org.slf4j", "slf4j-simple", SLF4J_VERSION],
    ]
      .map(
        ([group, artifact, version]) =>
          `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
      )
      .join("\n    ")}
  </dependencies>
</project>
`;

/** The path of the folder with Kafka's jars, server and tools, fetched first if the cache does not have it. */
export function installKafka(log: Log = logToStderr): Promise<string> {
  return cached(`kafka-${KAFKA_VERSION}`, async (folder) => {
    const libs = join(folder, "libs");
    await mkdir(libs);
    await writeFile(join(folder, "pom.xml"), POM);
    await maven({
      step: `fetching Kafka ${KAFKA_VERSION}`,
      goal: "copy-dependencies",
      settings: { outputDirectory: libs, includeScope: "runtime" },
      cwd: folder,
      log,
    });
    return libs;
  });
}

export interface KafkaCommandOptions {
  /** Most memory of Java's heap, such as `512m`. */
  readonly heap?: string | undefined;
  /** Where Java unpacks its native libraries; the system's when absent, where a killed process leaves them. */
  readonly tempDir?: string | undefined;
  readonly log?: Log | undefined;
}

/**
 * The command that runs one of Kafka's programs, the server or a tool, without its arguments.
 *
 * @throws ServersError
 * @example
 * const command = await kafkaCommand("org.apache.kafka.tools.ProducerPerformance");
 * Bun.spawn([...command, "--topic", "t", "--num-records", "1000000", …]);
 */
export async function kafkaCommand(
  mainClass: string,
  { heap = "512m", tempDir, log = logToStderr }: KafkaCommandOptions = {},
): Promise<string[]> {
  const java = await findJava("Kafka", OLDEST_JAVA, log);
  const libs = await installKafka(log);
  return [
    java,
    `-Xmx${heap}`,
    ...(tempDir === undefined ? [] : [`-Djava.io.tmpdir=${tempDir}`]),
    // Info is a page at every start and a line for every topic: what is wrong shall be found in the log.
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "-Djava.awt.headless=true",
    "-cp",
    join(libs, "*"),
    mainClass,
  ];
}
