import { type Channel, type Check, type Delivered, type Evidence, violationsOf } from "./evidence.ts";

/**
 * Whoever listens gets every event of the history, in order for each order. At least once: one may come again, as it
 * was; none may be left out, come before an earlier one, or be of something that did not happen.
 */
export const checkEvents: Check = (evidence) =>
  violationsOf(
    "events",
    evidence.channels.flatMap((channel) => problemsOf(channel, evidence)),
  );

const problemsOf = ({ name, orderIds, delivered }: Channel, { orders }: Evidence) => {
  const byOrder = Map.groupBy(delivered, ({ orderId }) => orderId);
  return orderIds.flatMap((orderId) => {
    const history = orders.get(orderId)?.history ?? [];
    const problem = (message: string, shown: unknown) => ({
      about: orderId,
      message: `${name}: ${message}`,
      shown,
    });
    let newest = 0;
    for (const event of byOrder.get(orderId) ?? []) {
      const entry = history[event.seq - 1];
      if (!entry || !isSame(event, entry)) {
        return [problem("an event came of what did not happen", { event, entry: entry ?? null })];
      }
      if (event.seq > newest + 1) {
        return [
          problem(`event ${event.seq} came before event ${newest + 1}`, { event, expected: history[newest] }),
        ];
      }
      newest = Math.max(newest, event.seq);
    }
    if (newest === history.length) return [];
    return [problem(`events from ${newest + 1} to ${history.length} never came`, { first: history[newest] })];
  });
};

const isSame = (event: Delivered, entry: { type: string; commandId: string }): boolean =>
  event.type === entry.type && event.commandId === entry.commandId;
