import { parseArgs } from "node:util";
import { plants } from "./planted/mod.ts";

export interface Options {
  readonly seed: number;
  /** Of clients and nemesis, all stacks together. */
  readonly minutes: number;
  readonly stacks: readonly ("embedded" | "servers")[];
  readonly plant?: number;
  readonly verbose: boolean;
  readonly keep: boolean;
}

export const HELP = `Breaks a shop under concurrent clients, lets it heal, and proves from everybody's records that
nothing was lost, doubled or misordered.

Usage: bun run test:faults [options]
  --seed N       who asks what and what is broken in which order [random, and printed]
  --minutes N    how long, all stacks together; starting, resting and checking come on top [3]
  --stack NAME   embedded (SQLite) or servers (NATS, FerretDB on PostgreSQL, Kafka) [both]
  --plant N      with a planted defect, which must be found:
${Object.entries(plants)
  .map(([number, { name }]) => `                 ${number} ${name}`)
  .join("\n")}
  --verbose      each fault as it is healed
  --keep         keep logs and the clients' record in .cache/faults even if nothing was found
  --help         this

Ends with 0 nothing found · 1 violations, with logs and record in .cache/faults/<seed> · 2 usage · 3 it could not run.
With a planted defect 1 says that the check which is there for it found it, whatever others did.
`;

/** Reads the command line. Throws an Error that says what is wrong with it. */
export const readOptions = (args: string[]): Options | "help" => {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: "string" },
      minutes: { type: "string" },
      stack: { type: "string", default: "both" },
      plant: { type: "string" },
      verbose: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const { stack, verbose, keep } = values;
  const seed = whole("seed", values.seed ?? String((Date.now() & 0xffffff) + 1), 1, 2 ** 31);
  const plant = values.plant === undefined ? undefined : whole("plant", values.plant, 1, 5);
  const minutes = Number(values.minutes ?? (plant === undefined ? "3" : "0.5"));
  if (!(minutes >= 0.1 && minutes <= 10_000)) {
    throw new Error(`--minutes ${values.minutes} is not a number of minutes from 0.1 to 10000.`);
  }
  if (stack !== "embedded" && stack !== "servers" && stack !== "both") {
    throw new Error(`--stack ${stack} is neither embedded, servers nor both.`);
  }
  const stacks: Options["stacks"] = stack === "both" ? ["embedded", "servers"] : [stack];
  return {
    seed,
    minutes,
    verbose,
    keep,
    ...(plant === undefined ? { stacks } : { plant, stacks: plantedOn(plant) }),
  };
};

/** Where a defect can show: two runtimes and durable events need the servers. */
const plantedOn = (plant: number): Options["stacks"] =>
  plant === 2 || plant === 4 ? ["servers"] : ["embedded"];

const whole = (name: string, text: string, least: number, most: number): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Error(`--${name} ${text} is not a whole number from ${least} to ${most}.`);
};
