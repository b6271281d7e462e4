import { kafkaCommand } from "../../../deploy/servers/mod.ts";
import { confine } from "../../../deploy/servers/privileges.ts";

export interface ProducerPerf {
  readonly brokers: string;
  readonly topic: string;
  readonly records: number;
  /** Sent before the clock starts, while Java compiles what it runs often. */
  readonly warmUp: number;
  /** Key and value: the tool's records have no key. */
  readonly recordBytes: number;
}

/**
 * Runs Kafka's own `kafka-producer-perf-test`, with acks=all and else as it is: idempotent, batches of 16 KB. Resolves
 * to the records a second that it tells.
 */
export const producerPerf = async (options: ProducerPerf): Promise<number> => {
  const { brokers, topic, records, warmUp, recordBytes } = options;
  const command = [
    ...(await kafkaCommand("org.apache.kafka.tools.ProducerPerformance")),
    ...["--bootstrap-server", brokers, "--topic", topic, "--command-property", "acks=all"],
    ...["--num-records", String(warmUp + records), "--warmup-records", String(warmUp)],
    ...["--record-size", String(recordBytes), "--throughput", "-1"],
  ];
  const tool = Bun.spawn(confine(command, { deathSignal: "KILL" }), { stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, code] = await Promise.all([
    new Response(tool.stdout).text(),
    new Response(tool.stderr).text(),
    tool.exited,
  ]);
  // The last one is without the warm-up.
  const rate = Number([...out.matchAll(/records sent, ([\d.]+) records\/sec/g)].at(-1)?.[1]);
  if (code !== 0 || !(rate > 0))
    throw new Error(`Kafka's producer test ended with code ${code}:\n${out}${err}`);
  return rate;
};
