import { parseArgs } from "node:util";
import type { Env } from "../settings.ts";

/** The scale that settlement is planned for. */
export const ROWS_A_DAY = 100_000_000;

/** What the command line asks for. */
export interface Plan {
  /** `host:port` of some; undefined: one is started here. */
  readonly brokers: readonly string[] | undefined;
  /** Rows a second. */
  readonly rate: number;
  /** The rate was not given, but derived from the day's rows and the window. */
  readonly derived: boolean;
  readonly windowHours: number;
  readonly seconds: number;
  readonly partitions: number;
  /** Key and value; as our rows have it when undefined. */
  readonly recordBytes: number | undefined;
  readonly search: boolean;
  readonly json: string | undefined;
  readonly topicPrefix: string;
}

export const help = `Says whether a Kafka broker keeps up with settled rows at a rate, at what rate it no longer does, and what to add then.

Usage: bun run settle:capacity [--brokers host:port | --start] [--rate 20000] [--search] …
  --brokers       the broker, or several by comma [KAFKA_BROKERS]
  --start         starts a broker on this machine for a try, and stops it at the end
  --rate          rows offered a second [${ROWS_A_DAY.toLocaleString("en-US")} rows a day within --window-hours]
  --window-hours  in which a day's rows are to be in the log [2]
  --seconds       how long rows are offered, after a warm-up; each step of a search takes as long [20]
  --partitions    of the topics that it makes [12]
  --record-bytes  of a record with its key; more than a row has is filled up by a header [as our Avro rows have it, measured]
  --search        also finds the rate at which it stops keeping up: doubles or halves the rate, then tries between
  --json          writes all that was measured to this file
  --topic-prefix  begins the name of every topic and group that it makes [jumun-capacity]

It makes topics of its own and deletes them at the end, also when it is interrupted or fails; others it never touches.
It loads the broker as hard as it is told to: not for a broker that is in use. It takes about six times --seconds, a search
about twenty times.

Ends with 0 keeps up · 3 does not keep up · 2 usage · 69 the broker can't be reached · 70 a defect · 78 settings ·
130 interrupted.`;

const options = {
  brokers: { type: "string" },
  start: { type: "boolean", default: false },
  rate: { type: "string" },
  "window-hours": { type: "string", default: "2" },
  seconds: { type: "string", default: "20" },
  partitions: { type: "string", default: "12" },
  "record-bytes": { type: "string" },
  search: { type: "boolean", default: false },
  json: { type: "string" },
  "topic-prefix": { type: "string", default: "jumun-capacity" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Reads the command line. @throws Error that says what is wrong with it */
export const planOf = (args: readonly string[], env: Env): Plan | "help" => {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return "help";
  const given = values.brokers ?? (values.start ? undefined : env.KAFKA_BROKERS || undefined);
  if (values.start && values.brokers !== undefined)
    throw new Error("--brokers and --start don't go together.");
  if (!values.start && given === undefined) {
    throw new Error("No broker is named: give --brokers host:port, set KAFKA_BROKERS, or try with --start.");
  }
  if (!values.start && (env.KAFKA_TLS === "on" || env.KAFKA_USER)) {
    throw new Error(
      "settle:capacity knows no TLS and no login: name a listener without them, and unset KAFKA_TLS and KAFKA_USER.",
    );
  }
  if (given !== undefined && !/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/.test(given)) {
    throw new Error(`--brokers ${given} is not host:port, several by comma.`);
  }
  const prefix = values["topic-prefix"];
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(prefix)) {
    throw new Error(
      `--topic-prefix ${prefix} must be 1 to 100 of letters, digits, dot, dash and underscore.`,
    );
  }
  const windowHours = numberOf("--window-hours", values["window-hours"], 0.01, 24);
  return {
    brokers: given?.split(","),
    rate:
      values.rate === undefined
        ? Math.ceil(ROWS_A_DAY / (windowHours * 3_600))
        : wholeOf("--rate", values.rate, 1, 10_000_000),
    derived: values.rate === undefined,
    windowHours,
    seconds: wholeOf("--seconds", values.seconds, 3, 600),
    partitions: wholeOf("--partitions", values.partitions, 1, 1_000),
    recordBytes:
      values["record-bytes"] === undefined
        ? undefined
        : wholeOf("--record-bytes", values["record-bytes"], 1, 500_000),
    search: values.search,
    json: values.json,
    topicPrefix: prefix,
  };
};

const numberOf = (flag: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most)) {
    throw new Error(`${flag} ${text} is not a number from ${least} to ${most.toLocaleString("en-US")}.`);
  }
  return value;
};

const wholeOf = (flag: string, text: string, least: number, most: number): number => {
  const value = numberOf(flag, text, least, most);
  if (!Number.isSafeInteger(value)) throw new Error(`${flag} ${text} is not a whole number.`);
  return value;
};
