import { refuse } from "../../errors.ts";
import { activePieces, movePieces, type Pieces } from "../lines.ts";
import type { Order } from "../order.ts";
import type { Outcome } from "./outcome.ts";
import { piecesMeant, refusePieces } from "./pieces.ts";

const confirm = (order: Order, pieces: readonly Pieces[]): Order => ({
  ...order,
  lines: movePieces(order.lines, pieces, { to: "confirmed" }),
});

export const purchaseConfirmed: Outcome<"purchase.confirm"> = {
  refuse: (order, { data }) => refusePieces(order, data.lines, "confirmed"),
  change: (order, { data }) => confirm(order, piecesMeant(order, data.lines)),
  event: (_, { data }, before) => ({ lines: piecesMeant(before, data.lines) }),
};

/** N days after payment, whatever is still active is confirmed by itself; open cancellations are left alone. */
export const purchaseAutoConfirmed: Outcome<"purchase.autoConfirm"> = {
  refuse: (order, { at }) =>
    order.autoConfirmAt && at >= order.autoConfirmAt && activePieces(order.lines).length > 0
      ? undefined
      : refuse("TIMER_NOT_DUE", `Order ${order.orderId} has nothing to confirm by itself at ${at}.`),
  change: (order) => confirm(order, activePieces(order.lines)),
  event: (_order, _command, before) => ({ lines: activePieces(before.lines) }),
};
