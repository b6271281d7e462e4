import { type Refusal, type RefusalCode, refuse } from "../../errors.ts";
import { activePieces, activeQuantity, type OrderLine, type Pieces, repeatedProduct } from "../lines.ts";
import type { Order } from "../order.ts";

/** The pieces a command means: those it names, or all active ones when it names none. */
export const piecesMeant = (order: Order, asked: readonly Pieces[] | undefined): readonly Pieces[] =>
  asked ?? activePieces(order.lines);

/** Why `asked` can't all be taken from the active pieces, naming the first line at fault. */
export const refusePieces = (
  order: Order,
  asked: readonly Pieces[] | undefined,
  verb: "cancelled" | "confirmed",
): Refusal | undefined => {
  const nothing: RefusalCode = verb === "cancelled" ? "NOTHING_TO_CANCEL" : "NOTHING_TO_CONFIRM";
  const pieces = piecesMeant(order, asked);
  if (pieces.length === 0)
    return refuse(nothing, `No piece of order ${order.orderId} can be ${verb} any more.`);
  const repeated = repeatedProduct(pieces);
  if (repeated) {
    return refuse("DUPLICATE_PRODUCT", `Product ${repeated} is named twice. Name it once with its quantity.`);
  }
  for (const { productId, quantity } of pieces) {
    const line = order.lines.find((one) => one.productId === productId);
    if (!line) return refuse("LINE_NOT_FOUND", `Order ${order.orderId} has no line of product ${productId}.`);
    if (quantity > activeQuantity(line)) return refuseLine(line, quantity, verb);
  }
  return undefined;
};

const refuseLine = (line: OrderLine, asked: number, verb: string): Refusal => {
  const { productId, quantity } = line;
  const active = activeQuantity(line);
  if (asked > quantity) {
    return refuse(
      "QUANTITY_EXCEEDS_LINE",
      `The order has ${quantity} of product ${productId}, not ${asked}.`,
    );
  }
  const taken: [number, RefusalCode, string][] = [
    [line.confirmed, "ITEM_ALREADY_CONFIRMED", "purchase-confirmed"],
    [line.canceling, "ITEM_ALREADY_CANCELING", "in an open cancellation"],
    [line.refunded, "ITEM_ALREADY_REFUNDED", "refunded"],
  ];
  const [count, code, where] = taken.find(([pieces]) => pieces > 0) ?? [0, "QUANTITY_EXCEEDS_LINE", "taken"];
  return refuse(
    code as RefusalCode,
    `${count} of product ${productId} ${count === 1 ? "is" : "are"} ${where}; ${active} can still be ${verb}, not ${asked}.`,
  );
};
