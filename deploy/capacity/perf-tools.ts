import { atExit } from "../servers/lifetime.ts";
import { kafkaCommand } from "../servers/mod.ts";
import { confine } from "../servers/privileges.ts";
import { consumerRateOf, type ProducerFigures, paceLinesOf, producerFiguresOf } from "./perf-output.ts";
import { medianOf } from "./trend.ts";

interface ToolCall {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Then it is ended, and what it told so far counts. ms */
  readonly mostMs: number;
  readonly signal: AbortSignal;
}

export interface ProducerPerf extends ToolCall {
  /** Key and value: the tool's records have no key. */
  readonly recordBytes: number;
  /** How long it sends, after as much of a warm-up as is wanted. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/**
 * Runs `kafka-producer-perf-test` at a rate, with acks=all and else as it is.
 * @throws Error with its output when it tells nothing
 */
export const producerPerf = async (
  rate: number,
  { seconds, warmUpSeconds, ...options }: ProducerPerf,
): Promise<ProducerFigures> => {
  const warmUp = Math.ceil(rate * warmUpSeconds);
  const records = warmUp + Math.ceil(rate * seconds);
  const counts = ["--num-records", String(records), "--warmup-records", String(warmUp)];
  const output = await runProducer(options, [...counts, "--throughput", String(rate)]);
  return told(output, producerFiguresOf(output));
};

/** The same as fast as it can, for a time: it is ended then. Resolves to records a second. */
export const producerMost = async ({ seconds, warmUpSeconds, ...options }: ProducerPerf): Promise<number> => {
  const lines = seconds + warmUpSeconds;
  const endless = ["--num-records", String(Number.MAX_SAFE_INTEGER), "--throughput", "-1"];
  const output = await runProducer(options, endless, (said) => paceLinesOf(said).length >= lines);
  const rates = paceLinesOf(output).map(({ rate }) => rate);
  return told(output, medianOf(rates.slice(rates.length > warmUpSeconds ? warmUpSeconds : 0)) || undefined);
};

const runProducer = (
  { brokers, topic, recordBytes, ...limits }: Omit<ProducerPerf, "seconds" | "warmUpSeconds">,
  args: readonly string[],
  enough?: (said: string) => boolean,
): Promise<string> =>
  runTool("ProducerPerformance", { ...limits, enough }, [
    ...["--bootstrap-server", brokers.join(), "--topic", topic, "--command-property", "acks=all"],
    ...["--record-size", String(recordBytes), "--reporting-interval", String(LINE_MS), ...args],
  ]);

const told = <T>(output: string, figures: T | undefined): T => {
  if (figures === undefined) throw new Error(`Kafka's own tool told nothing:\n${output}`);
  return figures;
};

const LINE_MS = 1_000;

/** Runs `kafka-consumer-perf-test` over what a topic has. Resolves to the records that it fetched a second. */
export const consumerPerf = async (
  options: ToolCall & { readonly group: string; readonly records: number },
): Promise<number> => {
  const { brokers, topic, group, records, mostMs, signal } = options;
  const output = await runTool("ConsumerPerformance", { mostMs, signal }, [
    ...["--bootstrap-server", brokers.join(), "--topic", topic, "--group", group],
    ...["--num-records", String(records), "--timeout", "5000", "--hide-header"],
  ]);
  return told(output, consumerRateOf(output));
};

/** What the tool wrote to both of its outputs. It ends no later than this process does. @throws the signal's reason */
const runTool = async (
  tool: string,
  {
    mostMs,
    signal,
    enough,
  }: Pick<ToolCall, "mostMs" | "signal"> & { enough?: ((said: string) => boolean) | undefined },
  args: readonly string[],
): Promise<string> => {
  const command = [...(await kafkaCommand(`org.apache.kafka.tools.${tool}`)), ...args];
  signal.throwIfAborted();
  const child = Bun.spawn(confine(command, { deathSignal: "KILL" }), {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    timeout: mostMs,
    killSignal: "SIGKILL",
  });
  const end = () => child.kill("SIGKILL");
  const forget = atExit(end);
  signal.addEventListener("abort", end);
  try {
    const err = new Response(child.stderr).text();
    let out = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      out += text;
      if (enough?.(out)) end();
    }
    await child.exited;
    signal.throwIfAborted();
    return `${await err}${out}`;
  } finally {
    signal.removeEventListener("abort", end);
    forget();
  }
};
