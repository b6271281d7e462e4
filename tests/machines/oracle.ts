import type { OrderCommand, OrderPolicy } from "../../machines/mod.ts";

/**
 * A second account of an order, kept by hand beside the machine to check it: one record a piece, one a payment, no
 * states and no totals that could go out of step, and nothing of the domain's code.
 */
export interface Book {
  readonly policy: OrderPolicy;
  readonly expiresAt: string;
  readonly pieces: Piece[];
  readonly payments: { key: string; status: PaymentStatus; differs?: string }[];
  readonly returns: { status: ReturnStatus; pieces: Piece[] }[];
  closed: "canceled" | "expired" | undefined;
  paidAt: string | undefined;
}

interface Piece {
  readonly product: string;
  readonly price: number;
  place: "active" | "confirmed" | "canceling" | "refunded";
}

type PaymentStatus =
  | "asked"
  | "waiting"
  | "declined"
  | "captured"
  | "stray"
  | "strayReturned"
  | "strayFailed";
type ReturnStatus = "requested" | "restocked" | "refunding" | "failed" | "refunded" | "withdrawn";

export const openBook = (
  lines: readonly { productId: string; quantity: number; unitPrice: number }[],
  { expiresAt, policy }: { expiresAt: string; policy: OrderPolicy },
): Book => ({
  policy,
  expiresAt,
  pieces: lines.flatMap(({ productId, quantity, unitPrice }) =>
    Array.from({ length: quantity }, () => ({
      product: productId,
      price: unitPrice,
      place: "active" as const,
    })),
  ),
  payments: [],
  returns: [],
  closed: undefined,
  paidAt: undefined,
});

const worth = (pieces: readonly Piece[]): number => pieces.reduce((won, piece) => won + piece.price, 0);
const isAt = (place: Piece["place"]) => (piece: Piece) => piece.place === place;
const move = (pieces: readonly Piece[], place: Piece["place"]) => {
  for (const piece of pieces) piece.place = place;
};

export const total = (book: Book): number => worth(book.pieces);
export const refunded = (book: Book): number => worth(book.pieces.filter(isAt("refunded")));
export const count = (book: Book, product: string, place: Piece["place"]): number =>
  book.pieces.filter((piece) => piece.product === product && piece.place === place).length;

/** What people should see. */
export const shown = (book: Book): string => {
  if (book.closed) return book.closed;
  if (!book.paidAt) return isPaying(book) ? "paying" : "ordered";
  const statuses = book.returns.map(({ status }) => status);
  if (statuses.includes("refunding")) return "refunding";
  if (statuses.includes("failed")) return "refundFailed";
  if (statuses.includes("restocked")) return "restocked";
  if (statuses.includes("requested")) return "cancelRequested";
  if (book.pieces.every(isAt("refunded"))) return "refunded";
  if (book.pieces.some(isAt("refunded"))) return "partiallyRefunded";
  return book.pieces.every(isAt("confirmed")) ? "purchaseConfirmed" : "paid";
};

const isPaying = ({ payments }: Book) =>
  payments.some(({ status }) => status === "asked" || status === "waiting");
const isOrdered = (book: Book) => !book.closed && !book.paidAt && !isPaying(book);

/** The active pieces that a command asks for; undefined when it asks for what can't be had. */
const taken = (
  book: Book,
  lines?: readonly { productId: string; quantity: number }[],
): Piece[] | undefined => {
  const active = book.pieces.filter(isAt("active"));
  if (!lines) return active.length > 0 ? active : undefined;
  const pieces = lines.flatMap(({ productId, quantity }) =>
    active.filter(({ product }) => product === productId).slice(0, quantity),
  );
  const asked = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const distinct = new Set(lines.map(({ productId }) => productId)).size === lines.length;
  return distinct && pieces.length === asked ? pieces : undefined;
};

/** Keeps the book on one command. True when the command should be accepted; otherwise the book is as it was. */
export const keep = (book: Book, { type, data, at }: OrderCommand): boolean => {
  const paid = book.paidAt !== undefined;
  const payment = "attempt" in data ? book.payments[data.attempt - 1] : undefined;
  const back = "cancellationId" in data ? book.returns[Number(data.cancellationId) - 1] : undefined;
  const set = (from: readonly PaymentStatus[], to: PaymentStatus): boolean => {
    if (!payment || !from.includes(payment.status)) return false;
    payment.status = to;
    return true;
  };
  const step = (from: readonly ReturnStatus[], to: ReturnStatus): boolean => {
    if (!back || !from.includes(back.status)) return false;
    if (to === "refunding" && book.returns.some(({ status }) => status === "refunding")) return false;
    back.status = to;
    return true;
  };

  switch (type) {
    case "order.place":
      return false;
    case "payment.request":
      if (!isOrdered(book) || data.amount !== total(book)) return false;
      if (book.payments.some(({ key }) => key === data.paymentKey)) return false;
      if (book.payments.length >= book.policy.maxPaymentAttempts) return false;
      book.payments.push({ key: data.paymentKey, status: "asked" });
      return true;
    case "payment.capture": {
      const misfit = data.misfit !== undefined || data.amount !== total(book);
      const stray = misfit || book.closed !== undefined || paid;
      if (!set(["asked", "waiting", "declined"], stray ? "stray" : "captured")) return false;
      if (!stray) book.paidAt = at;
      return true;
    }
    case "payment.await":
      return set(["asked"], "waiting");
    case "payment.decline":
      return set(["asked", "waiting"], "declined");
    case "payment.notice":
      return book.payments.some(({ key }) => key === data.paymentKey);
    case "stray.complete":
      return set(["stray", "strayFailed"], "strayReturned");
    case "payment.differ": {
      const { balance, expected } = data;
      const held = total(book) - refunded(book);
      const underWay = worth(book.returns.find(({ status }) => status === "refunding")?.pieces ?? []);
      if (payment?.status !== "captured" || expected !== held) return false;
      if (balance === held || balance === held - underWay) return false;
      if (payment.differs === `${balance}/${expected}`) return false;
      payment.differs = `${balance}/${expected}`;
      return true;
    }
    case "effect.retry": {
      const its = book.payments[Number(data.effectId.split(":")[1]) - 1];
      if (its?.status === "strayFailed") its.status = "stray";
      return true;
    }
    case "stray.fail":
      return set(["stray"], "strayFailed");
    case "order.expire":
      if (!isOrdered(book) || at < book.expiresAt) return false;
      book.closed = "expired";
      return true;
    case "purchase.autoConfirm":
    case "purchase.confirm": {
      const pieces = paid ? taken(book, "lines" in data ? data.lines : undefined) : undefined;
      if (!pieces) return false;
      if (type === "purchase.autoConfirm" && Date.parse(at) < autoConfirmTime(book)) return false;
      move(pieces, "confirmed");
      return true;
    }
    case "cancellation.request": {
      if (isOrdered(book) && !data.lines) {
        book.closed = "canceled";
        return true;
      }
      const pieces = paid ? taken(book, data.lines) : undefined;
      if (!pieces || book.returns.length >= book.policy.maxCancellations) return false;
      move(pieces, "canceling");
      book.returns.push({ status: "requested", pieces });
      return true;
    }
    case "cancellation.restock":
      return step(["requested"], "restocked");
    case "cancellation.withdraw":
      if (!step(["requested"], "withdrawn")) return false;
      move(back?.pieces ?? [], "active");
      return true;
    case "refund.begin":
      return step(["restocked"], "refunding");
    case "refund.retry":
      return step(["failed"], "refunding");
    case "refund.fail":
      return step(["refunding"], "failed");
    case "refund.complete":
      if (data.amount !== worth(back?.pieces ?? []) || !step(["refunding", "failed"], "refunded"))
        return false;
      move(back?.pieces ?? [], "refunded");
      return true;
  }
};

const autoConfirmTime = ({ paidAt, policy }: Book): number =>
  Date.parse(paidAt ?? "") + policy.autoConfirmAfterMs;
