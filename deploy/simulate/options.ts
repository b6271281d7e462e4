import { parseArgs } from "node:util";

export const help = `Sends customers to a running shop, and checks from outside that everything about their orders is right.

Usage: bun run simulate [--orders 1000] [--rate 100] [--url http://127.0.0.1:8080] [--seed N]
                        [--concurrency 128] [--think 0] [--toss URL]

  --orders       how many customers come; each places one order
  --rate         how many of them come in a second, at random times
  --url          the gateway; bun run start --mock starts one
  --seed         says who comes and what they do; a new one is made and printed
  --concurrency  most customers at once; while there are so many, the next ones wait at the door
  --think        a customer's mean pause between two steps, in ms
  --toss         the Toss mock that the shop pays through; the gateway says itself where it is

They pay, are declined, abandon, cancel, give back in parts and in whole, change their minds, confirm, click twice and
come too late. A gateway with a real Toss is refused before anything is sent to it; to one that asks
who calls, JUMUN_TOKEN is shown, an operator's (see bun run token). Ctrl-C: nobody comes any more, who
is there finishes, and what was done is checked; again, and it ends at once.

Exit codes: 0 all holds · 1 something is broken, with the first orders · 2 bad usage, or no gateway with a Toss mock.`;

export interface Options {
  readonly orders: number;
  readonly rate: number;
  readonly url: string;
  readonly seed: number;
  readonly concurrency: number;
  readonly thinkMs: number;
  readonly toss: string | undefined;
}

/** Reads the command line. Throws an Error that says what is wrong with it. */
export const readOptions = (args: readonly string[], newSeed: number): Options | "help" => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: "string", default: "1000" },
      rate: { type: "string", default: "100" },
      url: { type: "string", default: "http://127.0.0.1:8080" },
      seed: { type: "string", default: String(newSeed) },
      concurrency: { type: "string", default: "128" },
      think: { type: "string", default: "0" },
      toss: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  return {
    orders: whole("orders", values.orders, 1, 10_000_000),
    rate: whole("rate", values.rate, 1, 100_000),
    url: httpUrl("url", values.url),
    seed: whole("seed", values.seed, 0, 2 ** 32 - 1),
    // Each may click twice at once, and Bun opens 256 connections at the most.
    concurrency: whole("concurrency", values.concurrency, 1, 2_000),
    thinkMs: whole("think", values.think, 0, 600_000),
    toss: values.toss === undefined ? undefined : httpUrl("toss", values.toss),
  };
};

const whole = (name: string, text: string, least: number, most: number): number => {
  const number = Number(text);
  if (!/^\d{1,10}$/.test(text) || number < least || number > most) {
    throw new Error(`--${name} ${text} is not a whole number from ${least} to ${most}.`);
  }
  return number;
};

const httpUrl = (name: string, text: string): string => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`--${name} ${text} is not an http(s) URL.`);
  return url.href.replace(/\/+$/, "");
};
