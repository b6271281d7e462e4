import fc from "fast-check";
import { type CommandType, commandTypes, type Instant, type OrderCommand } from "../../machines/mod.ts";
import { type Basket, bodyOf } from "./builders.ts";
import { type Book, refunded, total } from "./oracle.ts";

export type { Basket };

/** One to three products, a few pieces of each, at least the 100 KRW that a card takes. */
export const baskets: fc.Arbitrary<Basket> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 100, max: 9_999 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((lines) => Object.fromEntries(lines.map((line, i) => [`product-${i}`, line] as const)));

/** What happens next, as numbers: what they mean is found when it happens, from what there is by then. */
export interface Step {
  /** Which of the commands that make sense, or, when `sense` is false, of all commands. */
  readonly turn: number;
  readonly sense: boolean;
  readonly days: number;
  /** Which payment or cancellation: one that it suits (0), one there is (from 1), or, beyond those, one there is not. */
  readonly which: number;
  /** Pieces asked for; undefined: all that is open. */
  readonly pieces: readonly (readonly [product: number, quantity: number])[] | undefined;
  /** The amount and the key are right. */
  readonly right: boolean;
}

const aStep: fc.Arbitrary<Step> = fc.record({
  turn: fc.nat(10_000),
  sense: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  days: fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(8) }),
  which: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(5) }),
  pieces: fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    {
      weight: 8,
      arbitrary: fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 3 })), {
        minLength: 1,
        maxLength: 2,
      }),
    },
  ),
  right: fc.oneof({ weight: 12, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

export const steps: fc.Arbitrary<Step[]> = fc.array(aStep, { minLength: 1, maxLength: 60, size: "max" });

/** The command of a step as the book stands. Late, repeated and out of turn as the numbers have it. */
export const commandFor = (step: Step, book: Book, at: Instant): OrderCommand => {
  const { turn, sense, which, pieces, right } = step;
  const types = sense ? commandTypes.filter((one) => makesSense(one, step, book)) : commandTypes;
  const type = types[turn % types.length] ?? "payment.notice";
  const off = right ? 0 : 1;
  const attempt = pick(book.payments, suited[type], which);
  const cancellationId = String(pick(book.returns, suited[type], which));
  const lines = pieces && {
    lines: pieces.map(([i, quantity]) => ({ productId: productIn(book, i), quantity })),
  };
  const text = { code: "NO", message: "no" };
  const due =
    book.returns[Number(cancellationId) - 1]?.pieces.reduce((won, piece) => won + piece.price, 0) ?? 1;
  const held = total(book) - refunded(book);
  const paymentKey = `payment-key-${right ? book.payments.length + 1 : which}`;

  const data: { [T in CommandType]: Extract<OrderCommand, { type: T }>["data"] } = {
    "order.place": bodyOf({ tea: [1, 1_000] }),
    "payment.request": { paymentKey, amount: total(book) + (which === 5 ? 1 : 0) },
    "payment.capture": { attempt, amount: total(book) + off, approvedAt: at },
    "payment.await": { attempt },
    "payment.decline": { attempt, ...text },
    "payment.notice": { paymentKey: `payment-key-${attempt}` },
    "stray.complete": { attempt },
    "stray.fail": { attempt, ...text },
    "effect.retry": { effectId: `stray:${attempt}` },
    "payment.differ": { attempt, balance: Math.max(0, held - which * 100), expected: held + off },
    "order.expire": {},
    "purchase.confirm": lines ? { lines: lines.lines.map((line) => ({ ...line, quantity: 1 })) } : {},
    "purchase.autoConfirm": {},
    "cancellation.request": { ...lines, reason: "r" },
    "cancellation.restock": { cancellationId },
    "cancellation.withdraw": { cancellationId },
    "refund.begin": { cancellationId },
    "refund.retry": { cancellationId },
    "refund.complete": { cancellationId, amount: due + off, transactionKey: "t", canceledAt: at },
    "refund.fail": { cancellationId, ...text },
  };
  return { type, data: data[type], at, id: `${type} ${at}` } as OrderCommand;
};

/** One of the order's products, or one that it does not have. */
const productIn = ({ pieces }: Book, index: number): string =>
  (index < 9 && pieces[index % pieces.length]?.product) || "product-unknown";

/** Which payments and cancellations a command suits. */
const suited: Partial<Record<CommandType, readonly string[]>> = {
  "payment.capture": ["asked", "waiting"],
  "payment.await": ["asked"],
  "payment.decline": ["asked", "waiting"],
  "stray.complete": ["stray", "strayFailed"],
  "stray.fail": ["stray"],
  "effect.retry": ["strayFailed"],
  "payment.differ": ["captured"],
  "cancellation.restock": ["requested"],
  "cancellation.withdraw": ["requested"],
  "refund.begin": ["restocked"],
  "refund.retry": ["failed"],
  "refund.complete": ["refunding", "failed"],
  "refund.fail": ["refunding"],
};

/** What people and timers do, when an order is not paid and when it is. Timers only after a long while. */
const unpaidTypes: readonly CommandType[] = ["payment.request", "cancellation.request"];
const paidTypes: readonly CommandType[] = ["cancellation.request", "purchase.confirm"];
const timerTypes: readonly CommandType[] = ["order.expire", "purchase.autoConfirm"];

const makesSense = (type: CommandType, { days }: Step, book: Book): boolean => {
  const statuses = suited[type];
  if (statuses) return [...book.payments, ...book.returns].some(({ status }) => statuses.includes(status));
  return (days > 0 ? timerTypes : book.paidAt ? paidTypes : unpaidTypes).includes(type);
};

/** The number, from 1, of one in `all`; of one that is not there when `which` is beyond them. */
const pick = (
  all: readonly { status: string }[],
  statuses: readonly string[] | undefined,
  which: number,
): number => {
  const fit = all.findIndex(({ status }) => statuses?.includes(status)) + 1;
  if (which === 0 && fit > 0) return fit;
  return Math.min(Math.max(which, 1), all.length + 1);
};
