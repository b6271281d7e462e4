import type { OrderView } from "../../gateway/schemas/order.ts";
import { auditBooks, auditOrder } from "./audit.ts";
import { BrokenOffError, createCustomer, type Memory } from "./customer.ts";
import { createHttp, NoAnswerError } from "./http.ts";
import { createMeter, type Meter } from "./meter.ts";
import { createRandom } from "./random.ts";
import { chooseScript } from "./scripts.ts";
import { createSlots } from "./slots.ts";
import { createTally, type Tally } from "./tally.ts";
import { createTossWindow } from "./toss.ts";

export interface SimulationOptions {
  /** The gateway's URL, and that of the Toss mock that it pays through, without a trailing slash. */
  readonly url: string;
  readonly toss: string;
  readonly orders: number;
  /** Customers that arrive in a second, at random times, whether or not the last ones are done. */
  readonly rate: number;
  /** Says who comes and what they do. */
  readonly seed: number;
  /** Customers at once; while there are so many, the next ones wait at the door. */
  readonly concurrency: number;
  /** A customer's mean pause between two steps, in ms. */
  readonly thinkMs: number;
  /** How long one request is tried again, and an order awaited, in ms; two minutes by default. */
  readonly giveUpMs?: number;
  /** Nobody comes any more; who is there finishes, and what was done is checked. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: "customers" | "checks";
  readonly done: number;
  readonly total: number;
}

export interface Summary {
  readonly seed: number;
  /** Customers who came, by script. */
  readonly scripts: ReadonlyMap<string, number>;
  readonly customers: number;
  readonly orders: number;
  /** How many customers came in a second, and how many HTTP answers they got. */
  readonly rateReached: number;
  readonly repliesPerSecond: number;
  readonly figures: ReturnType<Meter["figures"]>;
  readonly invariants: Tally;
  /** The mock's books, apart; or why they could not be asked. */
  readonly books: Tally | string;
}

const GIVE_UP_MS = 120_000;
/** Orders read at once afterwards. */
const READERS = 32;

export const requestIsAnswered = "every request gets an answer for good";

/** Sends customers to the shop, and checks from outside all that must hold of what they did. */
export const simulate = async (options: SimulationOptions): Promise<Summary> => {
  const { url, orders, rate, seed, concurrency, signal, onProgress, giveUpMs = GIVE_UP_MS } = options;
  const run = `sim-${crypto.randomUUID().slice(0, 8)}`;
  const tally = createTally();
  const meter = createMeter();
  const http = createHttp({ url, meter, giveUpMs });
  const toss = createTossWindow(options.toss);
  const arrivals = createRandom(seed);
  const memories: Memory[] = [];
  const chosen = new Map<string, number>();
  let done = 0;

  const visit = async (n: number): Promise<void> => {
    const random = createRandom(Math.imul(seed, 0x9e3779b1) + n);
    const script = chooseScript(random);
    chosen.set(script.name, (chosen.get(script.name) ?? 0) + 1);
    const place = { http, toss, tally, random, visit: `${run}-${n}`, thinkMs: options.thinkMs, giveUpMs };
    const customer = createCustomer(place, script.name, script.pieces);
    memories.push(customer.memory);
    const { memory } = customer;
    try {
      memory.ending = await script.run(customer);
      await customer.repeatSometimes();
      tally.check(requestIsAnswered, memory.orderId, true, () => "");
    } catch (error) {
      if (error instanceof BrokenOffError) return;
      if (!(error instanceof NoAnswerError)) throw error;
      tally.check(requestIsAnswered, memory.orderId, false, () => `${script.name}: ${error.message}`);
    } finally {
      done += 1;
      onProgress?.({ phase: "customers", done, total: orders });
    }
  };

  const begun = performance.now();
  const customers = createSlots(concurrency);
  let dueAt = begun;
  let came = 0;
  for (; came < orders && !signal?.aborted; came += 1) {
    dueAt += (-Math.log(1 - arrivals.next()) * 1_000) / rate;
    await arrival(dueAt, signal);
    if (signal?.aborted) break;
    await customers.start(() => visit(came));
  }
  const arrivedMs = performance.now() - begun;
  await customers.done();
  const walkedMs = performance.now() - begun;
  const figures = meter.figures();

  const placed = memories.filter(({ orderId }) => orderId !== "");
  const read: OrderView[] = [];
  const readers = createSlots(READERS);
  let checked = 0;
  for (const memory of placed) {
    await readers.start(async () => {
      const order = await auditOrder(http, tally, memory);
      if (order) read.push(order);
      checked += 1;
      onProgress?.({ phase: "checks", done: checked, total: placed.length });
    });
  }
  await readers.done();

  const replies = [...figures.values()].flatMap((one) => Object.values(one.replies));
  return {
    seed,
    scripts: chosen,
    customers: memories.length,
    orders: placed.length,
    rateReached: memories.length / (arrivedMs / 1_000),
    repliesPerSecond: replies.reduce((sum, count) => sum + count, 0) / (walkedMs / 1_000),
    figures,
    invariants: tally,
    books: await compareBooks(toss, read),
  };
};

/** Waits until `dueAt`, on performance's clock; not when it is past, since arrivals do not wait for each other. */
const arrival = async (dueAt: number, signal: AbortSignal | undefined): Promise<void> => {
  const ms = dueAt - performance.now();
  if (ms < 1) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const leave = () => resolve();
  signal?.addEventListener("abort", leave, { once: true });
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", leave);
};

const compareBooks = async (
  toss: ReturnType<typeof createTossWindow>,
  orders: readonly OrderView[],
): Promise<Tally | string> => {
  const tally = createTally();
  try {
    auditBooks(tally, orders, await toss.accounts());
    return tally;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
