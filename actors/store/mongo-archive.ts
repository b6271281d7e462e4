import type { StoredReply } from "../command.ts";
import type { HistoryEntry } from "../document.ts";
import type { ArchiveEntry } from "../ports.ts";
import type { Collections } from "./mongo-documents.ts";
import { everyOutcome } from "./mongo-errors.ts";

/** Wide enough for any seq: an order's keys sort as text in the order of their seqs. */
const historyKey = (orderId: string, seq: number): string => `${orderId}:${String(seq).padStart(12, "0")}`;
/** Sorts after all history keys of the order and before any other's: `;` follows `:`, and no id holds either. */
const historyEnd = (orderId: string): string => `${orderId};`;
const replyKey = (orderId: string, commandId: string): string => `${orderId}:${commandId}`;

/** Inserts what is not there yet: the keys say what an entry is, so a second insert meets the first. */
export const archiveEntries = async (
  { history, replies }: Collections,
  entries: readonly ArchiveEntry[],
): Promise<void> => {
  const oldEntries = entries.flatMap(({ orderId, history }) =>
    history.map((entry) => ({
      insertOne: { document: { _id: historyKey(orderId, entry.seq), orderId, entry } },
    })),
  );
  const oldReplies = entries.flatMap(({ orderId, replies }) =>
    replies.map((reply) => ({
      insertOne: { document: { _id: replyKey(orderId, reply.id), orderId, reply } },
    })),
  );
  const unordered = { ordered: false };
  await Promise.all([
    oldEntries.length > 0 && everyOutcome(oldEntries.length, history.bulkWrite(oldEntries, unordered)),
    oldReplies.length > 0 && everyOutcome(oldReplies.length, replies.bulkWrite(oldReplies, unordered)),
  ]);
};

export const findArchivedReply = async (
  { replies }: Collections,
  orderId: string,
  commandId: string,
): Promise<StoredReply | undefined> => {
  const found = await replies.findOne({ _id: { $eq: replyKey(orderId, commandId) } });
  return found?.reply;
};

/**
 * The order's document is read before the archive: entries are archived before they leave the document, so what has
 * left it by now is found there. What is in both is taken from the document.
 */
export const readHistory = async (
  { orders, history }: Collections,
  orderId: string,
  { after, limit }: { after: number; limit: number },
): Promise<HistoryEntry[]> => {
  const order = await orders.findOne({ _id: { $eq: orderId } }, { projection: { history: 1 } });
  const recent = order?.history ?? [];
  const first = recent[0]?.seq;
  const archived =
    first !== undefined && first <= after + 1
      ? []
      : await history
          .find({
            _id: {
              $gt: historyKey(orderId, after),
              $lt: first === undefined ? historyEnd(orderId) : historyKey(orderId, first),
            },
          })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray();
  return [...archived.map(({ entry }) => entry), ...recent.filter(({ seq }) => seq > after)].slice(0, limit);
};
