import type { Answer, Ask } from "./client/line.ts";
import { OPEN_KEY } from "./double/mod.ts";

/** The five commands of every life, in order. */
export const steps = ["place", "pay", "cancel", "restock", "refund"] as const;
export type Step = (typeof steps)[number];

/** One order of the bench: two keyboards and a mouse, of which one keyboard goes back. */
export interface Order {
  /** A name that no other life of the run has. */
  readonly name: string;
  readonly lines: readonly { productId: string; quantity: number; unitPrice: number }[];
  readonly totalAmount: number;
  readonly paymentKey: string;
  readonly back: { readonly productId: string; readonly quantity: number };
  readonly backAmount: number;
}

/** What of an answer later steps need. */
export type Said = Readonly<Partial<Record<"orderId" | "cancellationId", string>>>;

/** The end of one order, as both the system and the payment double know it. */
export const PAID = 120_000;
export const REFUNDED = 45_000;

export const orderOf = (name: string): Order => ({
  name,
  lines: [
    { productId: "keyboard", quantity: 2, unitPrice: 45_000 },
    { productId: "mouse", quantity: 1, unitPrice: 30_000 },
  ],
  totalAmount: PAID,
  paymentKey: `${OPEN_KEY}-${name}`,
  back: { productId: "keyboard", quantity: 1 },
  backAmount: REFUNDED,
});

/** How far an order has come, by its own system: what it holds of the customer's money. */
export interface Standing {
  /** The last step whose effect shows. */
  readonly step: Step | "none";
  readonly paid: number;
  readonly refunded: number;
}

/** The five commands in a system's own HTTP. A command is answered once its step is durable. */
export interface Commands {
  place(order: Order): Ask;
  pay(order: Order, said: Said): Ask;
  cancel(order: Order, said: Said): Ask;
  restock(order: Order, said: Said): Ask;
  refund?(order: Order, said: Said): Ask;
  /** Where the refund follows from the restock by itself: the client looks until it is done. */
  readonly refunded?: { look(order: Order, said: Said): Ask; done(answer: Answer): boolean };
  look(order: Order, said: Said): Ask;
  /** The id of an order whose placing was not answered, where it can be known. */
  idOf?(order: Order): Said;
  /** What the answer to a look says. */
  standing(answer: Answer, order: Order): Standing;
  /** What the answer to a command says. Throws when it is no success. */
  said(answer: Answer, step: Step, order: Order): Said;
}
