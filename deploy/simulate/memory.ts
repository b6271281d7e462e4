import type { OrderState } from "../../machines/mod.ts";
import type { BasketLine } from "./basket.ts";

export interface Pieces {
  readonly productId: string;
  readonly quantity: number;
}

/** What a customer was told of a command: to be found in the history, or not to be found there. */
export interface Told {
  readonly action: string;
  readonly commandId: string;
  /** It was accepted, be it to learn that the card was declined. */
  readonly took: boolean;
  readonly state?: unknown;
  readonly event?: unknown;
  readonly seq?: unknown;
}

type Place = "confirmed" | "canceling" | "refunded";

/** Where a customer believes the pieces of a line to be. */
export interface BookLine extends BasketLine, Record<Place, number> {}

/** What a customer remembers of a visit, to be held against the order afterwards. */
export interface Memory {
  /** Empty until the order is placed. */
  orderId: string;
  readonly script: string;
  readonly told: Told[];
  paid: boolean;
  readonly lines: readonly BookLine[];
  /** Where the order must stand at the end; undefined of a visit that broke off. */
  ending?: readonly OrderState[];
}

/** Neither confirmed nor on their way back. */
export const openPieces = ({ lines }: Memory): Pieces[] =>
  lines
    .map(({ productId, quantity, confirmed, canceling, refunded }) => ({
      productId,
      quantity: quantity - confirmed - canceling - refunded,
    }))
    .filter(({ quantity }) => quantity > 0);

/** `from` or `to` left out means neither confirmed nor on their way back. */
export const bookPieces = (
  { lines }: Memory,
  pieces: readonly Pieces[],
  { from, to }: { from?: Place; to?: Place },
): void => {
  for (const { productId, quantity } of pieces) {
    const line = lines.find((one) => one.productId === productId);
    if (!line) continue;
    if (from) line[from] -= quantity;
    if (to) line[to] += quantity;
  }
};
