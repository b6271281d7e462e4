import { type ParseArgsConfig, parseArgs } from "node:util";

export const flagOptions = {
  seconds: { type: "string", default: "15" },
  "warm-up": { type: "string", default: "12" },
  clients: { type: "string", default: "128" },
  orders: { type: "string", default: "10000,100000,1000000" },
} as const satisfies ParseArgsConfig["options"];

export const flagHelp = [
  "--seconds <n>      measure each size for so long [15]",
  "--warm-up <n>      and warm each process up for so long before [12]",
  "--clients <n>      customers at once [128]",
  "--orders <n,…>     sizes of the embedded store, ascending [10000,100000,1000000]; the last needs 5 GB",
];

/** Throws an Error that says what is wrong with them. */
export const readFlags = (args: readonly string[]) => {
  const { values } = parseArgs({ args: [...args], options: flagOptions });
  return {
    seconds: whole("--seconds", values.seconds, 600),
    warmUpSeconds: whole("--warm-up", values["warm-up"], 600),
    clients: whole("--clients", values.clients, 2_000),
    orders: values.orders.split(",").map((text) => whole("--orders", text, 10_000_000)),
  };
};

const whole = (name: string, text: string, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${name} takes whole numbers from 1 to ${most}, not "${text}".`);
};
