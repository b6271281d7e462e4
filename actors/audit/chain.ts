import type { StoredSnapshot } from "../../machines/mod.ts";
import { digest } from "../command.ts";
import type { HistoryEntry } from "../document.ts";
import { sorted } from "../sorted.ts";
import { canonical, inItsOrder } from "./canonical.ts";

/** What the first link of a chain hangs on. */
export const CHAIN_START = "";

/**
 * The link of an entry: a digest over its order, the link before and all that the entry says. To change an entry, all
 * links after it must be made anew, and whoever kept one of them sees it: see `seal` in `record.ts`.
 *
 * 128 bits: to put another entry in the place of one takes 2^128 tries.
 */
export const linkOf = (
  orderId: string,
  before: string,
  { chain: _, ...entry }: Omit<HistoryEntry, "chain"> & { readonly chain?: string },
): string => linkOver(orderId, before, canonical(entry));

const linkOver = (orderId: string, before: string, text: string): string =>
  digest(`${orderId}\n${before}\n${text}`);

/** What {@link canonical} says of a new entry, whose keys are known: at half the cost, for each command pays it. */
const textOf = ({ actor, at, commandId, data, from, seq, to, type }: HistoryEntry, order?: string): string =>
  inItsOrder({ actor: sorted(actor), at, commandId, data: sorted(data), from, order, seq, to, type });

/**
 * The digest of an order as it stands, for the entry that made it so. Events say little of an order (no name, no
 * payment key, no price); with this in the chain no part of it can be changed unseen.
 *
 * Keys count in the order in which they stand. MongoDB and JSON keep it, and a snapshot is only ever stored whole.
 */
export const orderDigest = (snapshot: StoredSnapshot): string => digest(inItsOrder(snapshot));

/**
 * The history with links for those entries that came with this write: from `stored` on. The newest also tells the
 * order's digest. Where the entry before has no link, an earlier release having written it, a chain begins.
 */
export const withLinks = (
  orderId: string,
  history: readonly HistoryEntry[],
  stored: number,
  snapshot: StoredSnapshot,
): HistoryEntry[] => {
  const linked = history.slice(0, stored);
  let before = linked.at(-1)?.chain ?? CHAIN_START;
  for (let index = stored; index < history.length; index += 1) {
    const entry = history[index] as HistoryEntry;
    const order = index === history.length - 1 ? orderDigest(snapshot) : undefined;
    before = linkOver(orderId, before, textOf(entry, order));
    linked.push(order === undefined ? { ...entry, chain: before } : { ...entry, order, chain: before });
  }
  return linked;
};
