import { type AskingParts, createAsking } from "./asking.ts";
import { fillBasket, someCustomer } from "./basket.ts";
import { bookPieces, type Memory, openPieces, type Pieces } from "./memory.ts";
import type { TossWindow } from "./toss.ts";

export interface CustomerParts extends AskingParts {
  readonly toss: TossWindow;
}

export type Customer = ReturnType<typeof createCustomer>;

/**
 * A customer of `script`, with a basket of at least `least` pieces of its first product. Each method is one step of a
 * visit, to be answered as it should be, and is then remembered.
 */
export const createCustomer = (parts: CustomerParts, script: string, least: number) => {
  const { toss, random } = parts;
  const basket = fillBasket(random, least);
  const lines = basket.map((line) => ({ ...line, confirmed: 0, canceling: 0, refunded: 0 }));
  const memory: Memory = { orderId: "", script, told: [], paid: false, lines };
  const amount = basket.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
  const returns = new Map<string, readonly Pieces[]>();
  const { act, until, repeatSometimes } = createAsking(parts, memory);

  const order = (rest: string) => `/orders/${memory.orderId}${rest}`;
  /** What the payment window gives; with `decline`, the card company will say no with this code. */
  const payment = async (decline?: string) => {
    const window = { orderId: memory.orderId, amount, ...(decline && { decline }) };
    return { paymentKey: await toss.authenticate(window), amount };
  };

  return {
    memory,
    random,
    repeatSometimes,
    /** One piece of the first product. */
    onePiece: (): Pieces[] => [{ productId: basket[0]?.productId ?? "", quantity: 1 }],

    async place() {
      const body = { customer: someCustomer(random), lines: basket, totalAmount: amount };
      await act("place", "/orders", body, { status: 201 });
    },
    async pay() {
      await act("pay", order("/payment"), await payment(), { status: 200 });
      memory.paid = true;
    },
    async payInVain(code: string) {
      await act("pay", order("/payment"), await payment(code), { status: 402, code: "PAYMENT_DECLINED" });
    },
    async cancelUnpaid() {
      await act("cancel", order("/cancellations"), { reason: "주문을 잘못 했어요" }, { status: 200 });
    },
    /** These pieces, or all that are open. */
    async confirm(pieces?: readonly Pieces[]) {
      const meant = pieces ?? openPieces(memory);
      const body = pieces ? { lines: pieces } : {};
      await act("confirm", order("/purchase-confirmation"), body, { status: 200 });
      bookPieces(memory, meant, { to: "confirmed" });
    },
    /** These pieces, or all that are open. Gives the cancellation's id. */
    async cancel(pieces?: readonly Pieces[]): Promise<string> {
      const meant = pieces ?? openPieces(memory);
      const body = { ...(pieces && { lines: pieces }), reason: "마음이 바뀌었어요" };
      const reply = await act("cancel", order("/cancellations"), body, { status: 201 });
      const id = String(reply.body.cancellationId);
      bookPieces(memory, meant, { to: "canceling" });
      returns.set(id, meant);
      return id;
    },
    async withdraw(id: string) {
      await act("withdraw", order(`/cancellations/${id}/withdrawal`), {}, { status: 200 });
      bookPieces(memory, returns.get(id) ?? [], { from: "canceling" });
    },
    async restock(id: string) {
      await act("restock", order(`/cancellations/${id}/restock`), {}, { status: 200 });
    },
    /** Waits until the money of a restocked cancellation is back. */
    async refunded(id: string) {
      const isIt = (one: { id?: unknown; state?: unknown }) => one.id === id && one.state === "refunded";
      await until(
        `refunded for cancellation ${id}`,
        ({ cancellations }) => Array.isArray(cancellations) && cancellations.some(isIt),
      );
      bookPieces(memory, returns.get(id) ?? [], { from: "canceling", to: "refunded" });
    },
    /** A request that comes too late or asks for too much, and must be refused. */
    async refused(path: string, body: object, status: number, code: string) {
      await act("refused", order(path), body, { status, code });
    },
    /** Tries to pay what can't be paid (any more). */
    async payTooLate(code: string) {
      await act("refused", order("/payment"), await payment(), { status: 409, code });
    },
  };
};
