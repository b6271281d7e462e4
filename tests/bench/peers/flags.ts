import { type ParseArgsConfig, parseArgs } from "node:util";

export interface Flags {
  /** Each run is measured for so long. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly clients: readonly number[];
}

export const flagOptions = {
  seconds: { type: "string", default: "15" },
  "warm-up": { type: "string", default: "12" },
  clients: { type: "string", default: "16,64,256" },
} as const satisfies ParseArgsConfig["options"];

export const flagHelp = [
  "--seconds <n>      measure each run for so long [15]",
  "--warm-up <n>      and warm a system up for so long before its first [12]",
  "--clients <n,…>    one run with each number of clients [16,64,256]",
];

/** Throws an Error that says what is wrong with them. */
export const readFlags = (args: readonly string[]): Flags => {
  const { values } = parseArgs({ args: [...args], options: flagOptions });
  return {
    seconds: whole("--seconds", values.seconds, 600),
    warmUpSeconds: whole("--warm-up", values["warm-up"], 600),
    clients: values.clients.split(",").map((text) => whole("--clients", text, 2_000)),
  };
};

const whole = (name: string, text: string, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${name} takes whole numbers from 1 to ${most}, not "${text}".`);
};
