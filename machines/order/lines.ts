import type { Static } from "@sinclair/typebox";
import { type Krw, multiply, sum } from "../money.ts";
import type { LineQuantity, LineRequest } from "./commands.ts";

/**
 * An order line. Each of its `quantity` pieces is in exactly one place:
 * active (the rest), confirmed, in an open cancellation, or refunded.
 */
export interface OrderLine extends Static<typeof LineRequest> {
  readonly confirmed: number;
  readonly canceling: number;
  readonly refunded: number;
}

export type Pieces = Static<typeof LineQuantity>;
type Place = "confirmed" | "canceling" | "refunded";

export const newLine = (line: Static<typeof LineRequest>): OrderLine => ({
  ...line,
  confirmed: 0,
  canceling: 0,
  refunded: 0,
});

/** Pieces that are neither confirmed nor on their way back. */
export const activeQuantity = (line: OrderLine): number =>
  line.quantity - line.confirmed - line.canceling - line.refunded;

/** All active pieces of all lines: what a command without `lines` means. */
export const activePieces = (lines: readonly OrderLine[]): Pieces[] =>
  lines
    .map((line) => ({ productId: line.productId, quantity: activeQuantity(line) }))
    .filter((piece) => piece.quantity > 0);

/** Moves pieces between places; `from` or `to` left out means active. */
export const movePieces = (
  lines: readonly OrderLine[],
  pieces: readonly Pieces[],
  move: { from?: Place; to?: Place },
): OrderLine[] => {
  const moved = new Map(pieces.map((piece) => [piece.productId, piece.quantity]));
  return lines.map((line) => {
    const quantity = moved.get(line.productId);
    if (quantity === undefined) return line;
    const next = { ...line };
    if (move.from) next[move.from] -= quantity;
    if (move.to) next[move.to] += quantity;
    return next;
  });
};

/** Σ unit price × quantity of `pieces`, in KRW. */
export const amountOf = (lines: readonly OrderLine[], pieces: readonly Pieces[]): Krw => {
  const prices = new Map(lines.map((line) => [line.productId, line.unitPrice]));
  return sum(pieces.map((piece) => multiply(prices.get(piece.productId) ?? 0, piece.quantity)));
};

/** The first product named twice: quantity says how many, so a repeat is a mistake. */
export const repeatedProduct = (pieces: readonly { productId: string }[]): string | undefined => {
  const seen = new Set<string>();
  for (const { productId } of pieces) {
    if (seen.has(productId)) return productId;
    seen.add(productId);
  }
  return undefined;
};
