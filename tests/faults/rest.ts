import type { Evidence } from "./checker/evidence.ts";
import { isForGood, outcomeOf } from "./checker/outcome.ts";
import { untilPublished } from "./gather/published.ts";
import { deadLetters, untilAtRest, untilDone } from "./gather/rest.ts";
import type { Followers } from "./listen/followers.ts";
import type { Watch } from "./watch.ts";
import type { World } from "./world/world.ts";

export interface RestOptions {
  /** How long all may take to come to rest, in ms. */
  readonly restMs: number;
  tell(line: string): void;
}

/**
 * Where orders are stuck, each answer may take as long as the gateway waits: enough are compared in this time, in ms.
 */
const STUCK_MS = 10_000;

/**
 * Heals what is left, waits until nothing is under way any more, and stops the shop in good order. What does not come
 * to rest is a trouble. Resolves to how each command stands that was promised by 202.
 */
export const comeToRest = async (
  world: World,
  watch: Watch,
  { restMs, tell }: RestOptions,
): Promise<Evidence["promised"]> => {
  const { mock, url, settling, troubles, lines, shop, name } = world;
  const { record, board, followers, listener } = watch;
  tell(`${name}: all is healed; waiting for rest`);
  mock.faults.clear();
  for (const line of lines) line.mend();
  await Promise.all(shop.map((one) => one.start()));

  const end = performance.now() + restMs;
  const orderIds = board.orders.map(({ orderId }) => orderId);
  const restless = await untilAtRest(url, orderIds, end);
  if (restless.length > 0) troubles.push(`orders did not come to rest: ${restless.join(", ")}`);
  const promised = await untilDone(url, promisedIn(record.ops), end);
  await askAgain(watch, restless.length > 0 ? performance.now() + STUCK_MS : end);
  const letters = await deadLetters(url);
  if (letters?.length !== 0) troubles.push(`dead letters: ${JSON.stringify(letters)}`);
  await listener?.drain().catch((error: Error) => void troubles.push(error.message));
  await settling?.finish();
  await untilFollowed(followers, url, end);
  await untilPublished(world, orderIds, end);
  followers.close();
  for (const one of shop) await one.stop();
  return promised;
};

const promisedIn = (ops: Evidence["ops"]): string[] => [
  ...new Set(
    ops.flatMap((op) => (op.kind === "command" && outcomeOf(op.answer) === "promised" ? [op.commandId] : [])),
  ),
];

/** Each command that has an answer for good is asked once more, for the checker to compare; until `end`. */
const askAgain = async ({ record, asker, board }: Watch, end: number): Promise<void> => {
  const answered = new Set(
    record.ops.flatMap((op) => (op.kind === "command" && isForGood(outcomeOf(op.answer)) ? [op.key] : [])),
  );
  for (const { placing, asked } of board.orders) {
    for (const request of new Set([placing, ...asked])) {
      if (answered.has(request.key) && performance.now() < end) await asker.command(0, request);
    }
  }
};

/** A follower may take a heartbeat to find out that it missed something. What it has not at `end` it never gets. */
const untilFollowed = async ({ orderIds, delivered }: Followers, url: string, end: number): Promise<void> => {
  for (; performance.now() < end; await Bun.sleep(200)) {
    const newest = new Map<string, number>();
    for (const { orderId, seq } of delivered) newest.set(orderId, Math.max(seq, newest.get(orderId) ?? 0));
    const lengths = await Promise.all(orderIds.map((orderId) => lengthOf(url, orderId)));
    if (orderIds.every((orderId, index) => newest.get(orderId) === lengths[index])) return;
  }
};

const lengthOf = async (url: string, orderId: string): Promise<number | undefined> =>
  fetch(`${url}/orders/${orderId}`).then(
    async (response) => ((await response.json()) as { seq?: number }).seq,
    () => undefined,
  );
