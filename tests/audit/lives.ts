import fc from "fast-check";
import { commandId, newCommand } from "../../actors/command.ts";
import type { OrderDocument } from "../../actors/document.ts";
import { foldOrder, type LiveOrder } from "../../actors/runtime/fold.ts";
import { trim } from "../../actors/runtime/trim.ts";
import { createOrderDomain, defaultPolicy, later, type OrderCommand } from "../../machines/mod.ts";
import { bodyOf, START } from "../machines/builders.ts";
import { keep, openBook } from "../machines/oracle.ts";
import { type Basket, baskets, commandFor, type Step, steps } from "../machines/random.ts";

const policy = { ...defaultPolicy, maxPaymentAttempts: 4, maxCancellations: 5 };
const domain = createOrderDomain(policy);

/** An order as its store holds it. */
export interface Shelf {
  readonly document: OrderDocument;
  readonly archived: readonly { seq: number; entry: unknown }[];
}

export interface Life {
  readonly orderId: string;
  readonly basket: Basket;
  readonly steps: readonly Step[];
  /** Steps in one write. */
  readonly batch: number;
  /** Notices of Toss at the end, which make a history long enough for the archive. */
  readonly notices: number;
}

/** What a store holds after each write of one order's life, folded and trimmed as the runtime does. */
export const shelvesOf = ({ orderId, basket, steps: its, batch, notices }: Life): Shelf[] => {
  const shelves: Shelf[] = [];
  const archived: { seq: number; entry: unknown }[] = [];
  let live: LiveOrder | undefined;
  let now = START;

  const write = (commands: readonly OrderCommand[]) => {
    const jobs = commands.map(({ type, data, id }) => ({
      orderId,
      command: newCommand({
        id: commandId(orderId, id),
        orderId,
        type,
        data,
        actor: { role: "customer", id: "c-1" },
        issuedAt: now,
      }),
      settle: () => {},
    }));
    const before = live?.document;
    const folded = foldOrder(live, orderId, jobs, {
      domain,
      now: Date.parse(now),
      replyRetentionMs: Number.MAX_SAFE_INTEGER,
      effectLeaseMs: 1_000,
    });
    if (!folded.changed) return;
    const { document, archive } = trim(folded.live.document, before);
    live = { ...folded.live, document };
    for (const entry of archive?.history ?? []) archived.push({ seq: entry.seq, entry });
    shelves.push(throughJson({ document, archived }));
  };

  const data = bodyOf(basket);
  write([{ type: "order.place", data, at: now, id: "place" }]);
  const book = openBook(data.lines, { expiresAt: later(START, policy.paymentWindowMs), policy });
  let waiting: OrderCommand[] = [];
  for (const [index, step] of its.entries()) {
    if (step.days > 0) {
      write(waiting);
      waiting = [];
      now = later(now, step.days * 86_400_000);
    }
    const command = { ...commandFor(step, book, now), id: `step-${index}` } as OrderCommand;
    if (command.type === "effect.retry") continue; // the runtime's to refuse
    keep(book, command);
    waiting.push(command);
    if (waiting.length < batch) continue;
    write(waiting);
    waiting = [];
  }
  write(waiting);
  const paymentKey = book.payments.length > 0 ? "payment-key-1" : undefined;
  for (let index = 0; paymentKey && index < notices; index += 9) {
    const nine = Array.from({ length: 9 }, (_, n) => `notice-${index + n}`);
    write(nine.map((id): OrderCommand => ({ type: "payment.notice", data: { paymentKey }, at: now, id })));
  }
  return shelves;
};

/** As it comes back from a store: nothing is shared with what the runtime holds. */
export const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const payment: Step = { turn: 0, sense: true, days: 0, which: 0, pieces: undefined, right: true };

export const lives: fc.Arbitrary<Life> = fc.record({
  orderId: fc.stringMatching(/^o[a-z]{8,12}$/),
  basket: baskets,
  // Most lives begin with a payment: what comes after it is most of what there is.
  steps: steps.map((some) => [payment, payment, ...some]),
  batch: fc.integer({ min: 1, max: 4 }),
  notices: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(180) }),
});
