import { createRandom, type Random } from "../../crash/random.ts";
import type { TossMock } from "../../toss/mod.ts";
import { outcomeOf } from "../checker/outcome.ts";
import type { Asker, Request } from "./ask.ts";
import type { Board, SharedOrder } from "./board.ts";
import { choose } from "./choose.ts";

export interface ClientParts {
  readonly seed: number;
  readonly asker: Asker;
  readonly board: Board;
  readonly mock: TossMock;
  readonly isOver: () => boolean;
  /** Longest pause between two requests, in ms. */
  readonly thinkMs: number;
}

/** How often a command without an answer for good is asked again, under the same key. */
const MOST_TRIES = 4;
/** How many of an order's commands are remembered, for anybody to ask again. */
const REMEMBERED = 12;

/**
 * One client: seeded requests on orders that the others work on too, until it is over. What it does next hangs on the
 * seed and on what it was told.
 */
export const runClient = async (client: number, parts: ClientParts): Promise<void> => {
  const { seed, asker, board, mock, isOver, thinkMs } = parts;
  const random = createRandom(seed * 1_000 + client);
  for (let n = 1; !isOver(); n += 1) {
    await Bun.sleep(random.between(0, thinkMs));
    const order = board.pick(random);
    if (!order.isPlaced) {
      await untilAnswered(client, order.placing, order, parts, random);
      continue;
    }
    const choice = choose(order, `f${seed}-${client}-${n}`, random, mock);
    if (choice === "order" || choice === "history") {
      const answer = await asker.read(client, choice, order.orderId);
      const cancellations = answer?.body.cancellations;
      if (Array.isArray(cancellations))
        order.cancellations = Math.max(order.cancellations, cancellations.length);
    } else await untilAnswered(client, choice, order, parts, random);
  }
};

/** Mostly a careful caller, who asks again under the same key; now and then one who gives up. */
const untilAnswered = async (
  client: number,
  request: Request,
  order: SharedOrder,
  { asker, isOver }: ClientParts,
  random: Random,
): Promise<void> => {
  if (!order.asked.includes(request)) order.asked.push(request);
  if (order.asked.length > REMEMBERED) order.asked.shift();
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const answer = await asker.command(client, request);
    const outcome = outcomeOf(answer);
    if (outcome === "accepted") {
      order.isPlaced = true;
      const id = Number(answer?.body.cancellationId);
      if (id > order.cancellations) order.cancellations = id;
    }
    if (outcome === "accepted" || outcome === "refused" || isOver() || random.between(1, 5) === 1) return;
    await Bun.sleep(random.between(50, 300) * tries);
  }
};
