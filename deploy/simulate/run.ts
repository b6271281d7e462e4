import { auditBooks, auditOrders } from "./audit.ts";
import { createHttp } from "./http.ts";
import { createMeter, type Meter } from "./meter.ts";
import { createTally, type Tally } from "./tally.ts";
import { createTossWindow } from "./toss.ts";
import { sendCustomers } from "./visits.ts";

export interface SimulationOptions {
  /** The gateway's URL, and that of the Toss mock that it pays through, without a trailing slash. */
  readonly url: string;
  readonly toss: string;
  /** An operator's, for a gateway that asks who calls. */
  readonly token?: string | undefined;
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

/** Sends customers to the shop, and checks from outside all that must hold of what they did. */
export const simulate = async (options: SimulationOptions): Promise<Summary> => {
  const { url, seed, onProgress, giveUpMs = GIVE_UP_MS } = options;
  const tally = createTally();
  const meter = createMeter();
  const http = createHttp({ url, meter, token: options.token, giveUpMs });
  const toss = createTossWindow(options.toss);

  const visits = await sendCustomers(options, { http, toss, tally, giveUpMs });
  // Before the checks, whose readings are no customers'.
  const figures = meter.figures();
  const placed = visits.memories.filter(({ orderId }) => orderId !== "");
  const orders = await auditOrders(http, tally, placed, (done) =>
    onProgress?.({ phase: "checks", done, total: placed.length }),
  );
  const books = await toss.accounts().then(
    (accounts) => auditBooks(orders, accounts),
    (error) => String(error),
  );

  const replies = [...figures.values()].flatMap((one) => Object.values(one.replies));
  return {
    seed,
    scripts: visits.scripts,
    customers: visits.memories.length,
    orders: placed.length,
    rateReached: visits.memories.length / (visits.arrivedMs / 1_000),
    repliesPerSecond: replies.reduce((sum, count) => sum + count, 0) / (visits.walkedMs / 1_000),
    figures,
    invariants: tally,
    books,
  };
};
