import type { StoredOrder } from "../orders.ts";
import { type Finding, findingOf } from "./finding.ts";
import { checkChain, wholeHistory } from "./history.ts";
import { documentShape } from "./shape.ts";
import { checkStanding } from "./standing.ts";

/** A head that the trail has sealed: in record `n`. */
export interface SealedHead {
  readonly seq: number;
  readonly chain: string;
  readonly n: number;
}

export interface OrderCheck {
  readonly findings: readonly Finding[];
  /** Entries with a link and without. */
  readonly chained: number;
  readonly unchained: number;
  /** When the newest entry with a link was made, where no seal has it yet. */
  readonly unsealedSince?: string;
}

/** Everything that must hold of one stored order with its archived entries and the heads that were sealed of it. */
export const checkOrder = (
  { orderId, document, columns = {} }: StoredOrder,
  archived: readonly { seq: unknown; entry: unknown }[],
  sealed: readonly SealedHead[],
): OrderCheck => {
  if (!documentShape.Check(document) || document.orderId !== orderId) {
    const error = documentShape.Errors(document).First();
    const found = error ? `${error.path || "/"}: ${error.message}` : "another order's id";
    const finding = findingOf("ORDER_UNREADABLE", { orderId, expected: "an order's document", found });
    return { findings: [finding], chained: 0, unchained: 0 };
  }
  const { entries, findings: ofHistory } = wholeHistory(document, archived);
  const ofChain = checkChain(orderId, entries);
  const ofSeals = sealed
    .filter(({ seq, chain }) => entries[seq - 1]?.chain !== chain)
    .map(({ seq, chain, n }) =>
      findingOf("SEALED_HEAD_NOT_FOUND", {
        orderId,
        seq,
        n,
        expected: chain,
        found: entries[seq - 1]?.chain ?? "nothing",
      }),
    );
  const chained = entries.filter(({ chain }) => chain !== undefined).length;
  const newest = entries.at(-1);
  const isSealed = sealed.some(({ seq }) => seq >= (newest?.seq ?? 0));
  const standing = (): readonly Finding[] => {
    try {
      return checkStanding(document, entries, columns);
    } catch (error) {
      // Of a shape that no code of ours writes: whatever reads it fails, in one way or another.
      const found = error instanceof Error ? error.message : String(error);
      return [findingOf("ORDER_UNREADABLE", { orderId, expected: "an order's snapshot", found })];
    }
  };
  return {
    findings: [...ofHistory, ...ofChain, ...standing(), ...ofSeals],
    chained,
    unchained: entries.length - chained,
    ...(newest?.chain !== undefined && !isSealed && { unsealedSince: newest.at }),
  };
};
