import { orderAt } from "../../../machines/order/past.ts";
import { type Check, type StoredOrder, violationsOf } from "./evidence.ts";
import { visible } from "./visible.ts";

/** States that wait for the runtime or for Toss, never for a person. */
const unsettled: ReadonlySet<string> = new Set(["paying", "restocked", "refunding", "refundFailed"]);

/** Each stored order has a whole history, is what that history replays to, and has nothing left to do. */
export const checkStored: Check = ({ orders }) =>
  violationsOf("stored", [...orders.values()].flatMap(problemsOf));

const problemsOf = ({ order, history, publishedSeq }: StoredOrder) => {
  const { orderId, seq, state, effects } = order;
  const problems: { message: string; shown: unknown }[] = [];
  const must = (message: string, found: unknown, expected: unknown) => {
    if (!Bun.deepEquals(found, expected)) problems.push({ message, shown: { found, expected } });
  };
  const places = history.map((entry) => entry.seq);
  must(
    "the history has a gap",
    places,
    Array.from({ length: seq }, (_, index) => index + 1),
  );
  const begins = [...history.map(({ from }) => from), state];
  must("an event does not begin where the last one ended", begins, [null, ...history.map(({ to }) => to)]);
  const commands = history.map(({ commandId }) => commandId);
  must("a command is in the history twice", new Set(commands).size, commands.length);
  must("the history does not replay to the order", visible(orderAt(order, history, seq)), visible(order));
  must("work at Toss is left", effects, []);
  must("the order waits for the runtime or for Toss", unsettled.has(state) ? state : null, null);
  if (publishedSeq !== null) must("events wait in the outbox", publishedSeq, seq);
  return problems.map((problem) => ({ about: orderId, ...problem }));
};
