import { BrokenOffError } from "./asking.ts";
import { createCustomer } from "./customer.ts";
import { type Http, NoAnswerError } from "./http.ts";
import type { Memory } from "./memory.ts";
import { createRandom } from "./random.ts";
import type { SimulationOptions } from "./run.ts";
import { chooseScript } from "./scripts.ts";
import { createSlots } from "./slots.ts";
import type { Tally } from "./tally.ts";
import type { TossWindow } from "./toss.ts";

interface VisitParts {
  readonly http: Http;
  readonly toss: TossWindow;
  readonly tally: Tally;
  readonly giveUpMs: number;
}

const requestIsAnswered = "every request gets an answer for good";

/** Sends the customers, at random times at the rate, and gives what they remember once all have left. */
export const sendCustomers = async (options: SimulationOptions, parts: VisitParts) => {
  const { orders, rate, seed, concurrency, thinkMs, signal, onProgress } = options;
  const { tally } = parts;
  const run = `sim-${crypto.randomUUID().slice(0, 8)}`;
  const memories: Memory[] = [];
  const scripts = new Map<string, number>();
  let left = 0;

  const visit = async (n: number): Promise<void> => {
    // Of its own, so that what one customer does says nothing of what the next one does.
    const random = createRandom(Math.imul(seed, 0x9e3779b1) + n);
    const script = chooseScript(random);
    scripts.set(script.name, (scripts.get(script.name) ?? 0) + 1);
    const customer = createCustomer(
      { ...parts, random, thinkMs, visit: `${run}-${n}` },
      script.name,
      script.pieces,
    );
    const { memory } = customer;
    memories.push(memory);
    try {
      memory.ending = await script.run(customer);
      await customer.repeatSometimes();
      tally.check(requestIsAnswered, memory.orderId, true, () => "");
    } catch (error) {
      if (error instanceof BrokenOffError) return;
      if (!(error instanceof NoAnswerError)) throw error;
      tally.check(requestIsAnswered, memory.orderId, false, () => `${script.name}: ${error.message}`);
    } finally {
      left += 1;
      onProgress?.({ phase: "customers", done: left, total: orders });
    }
  };

  const begun = performance.now();
  const shop = createSlots(concurrency);
  const times = createRandom(seed);
  let dueAt = begun;
  for (let n = 0; n < orders; n += 1) {
    dueAt += (-Math.log(1 - times.next()) * 1_000) / rate;
    await dueOrAborted(dueAt, signal);
    if (signal?.aborted) break;
    await shop.start(() => visit(n));
  }
  const arrivedMs = performance.now() - begun;
  await shop.done();
  return { memories, scripts, arrivedMs, walkedMs: performance.now() - begun };
};

/** Until `dueAt`, on performance's clock; not when it is past, since arrivals do not wait for each other. */
const dueOrAborted = async (dueAt: number, signal: AbortSignal | undefined): Promise<void> => {
  const ms = dueAt - performance.now();
  if (ms < 1 || signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = () => resolve();
  const timer = setTimeout(leave, ms);
  signal?.addEventListener("abort", leave, { once: true });
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", leave);
};
