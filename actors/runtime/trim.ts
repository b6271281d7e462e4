import type { OrderDocument } from "../document.ts";
import type { ArchiveEntry } from "../ports.ts";

/** How much of the past stays in an order's document: enough for nearly every order to be whole in one read. */
export const KEPT = 50;
/** Moved out this many at a time, so that the archive is written to once in as many commands. */
const CHUNK = 25;

export interface Trimmed {
  readonly document: OrderDocument;
  readonly archive?: ArchiveEntry;
}

/**
 * Splits off what is too old to stay. Only what is already stored goes (`stored`), never what this write brings: the
 * archive is inserted first, and a lost compare-and-set must not leave there what never happened.
 */
export const trim = (document: OrderDocument, stored: OrderDocument | undefined): Trimmed => {
  if (!stored || (stored.history.length < KEPT + CHUNK && stored.replies.length < KEPT + CHUNK))
    return { document };
  const oldReplies = stored.replies.slice(0, -KEPT);
  const oldHistory = stored.history.slice(0, -KEPT).filter((entry) => entry.seq <= document.publishedSeq);
  return {
    document: {
      ...document,
      history: document.history.slice(oldHistory.length),
      replies: document.replies.slice(oldReplies.length),
      archivedReplies: document.archivedReplies + oldReplies.length,
    },
    archive: { orderId: document.orderId, history: oldHistory, replies: oldReplies },
  };
};
