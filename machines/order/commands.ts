import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { Instant } from "../instant.ts";

const exact = { additionalProperties: false } as const;

/** Toss accepts order ids of 6 to 64 characters from this alphabet, and ours are the same ids. */
export const OrderId = Type.String({ pattern: "^[A-Za-z0-9_-]{6,64}$" });
export const ProductId = Type.String({ pattern: "^[A-Za-z0-9._:-]{1,64}$" });
export const Quantity = Type.Integer({ minimum: 1, maximum: 10_000 });
export const Amount = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "Whole KRW",
});
export const PaymentKey = Type.String({ pattern: "^[A-Za-z0-9_=-]{1,200}$" });
export const CancellationId = Type.String({ pattern: "^[1-9][0-9]{0,3}$" });

/** The id of an effect, such as `stray:1` or `refund:1:2`. */
export const EffectId = Type.String({ pattern: "^[a-z]{1,16}(:[1-9][0-9]{0,3}){1,2}$" });

/** What people write. A NUL is what a store can't keep. */
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: "^[^\\u0000]*$" });

export const Customer = Type.Object(
  {
    id: Type.String({ pattern: "^[A-Za-z0-9._@:-]{1,64}$" }),
    name: text(100),
    phone: Type.String({ pattern: "^[0-9+() -]{7,20}$" }),
  },
  exact,
);

export const LineRequest = Type.Object(
  {
    productId: ProductId,
    name: Type.Optional(text(100)),
    quantity: Quantity,
    unitPrice: Amount,
  },
  exact,
);

/** Some of one order line, by product and quantity. */
export const LineQuantity = Type.Object({ productId: ProductId, quantity: Quantity }, exact);

const LineQuantities = Type.Optional(
  Type.Array(LineQuantity, { minItems: 1, maxItems: 200, description: "Left out: all that is still open" }),
);

/** A discriminated union on `type`; the policy says which types are accepted. */
export const PaymentMethod = Type.Object(
  { type: Type.String({ pattern: "^[A-Za-z0-9_-]{1,32}$", examples: ["card"] }) },
  exact,
);

const TossText = { code: Type.String({ maxLength: 100 }), message: Type.String({ maxLength: 510 }) };
const Attempt = Type.Integer({ minimum: 1 });

/** The data of each command by type. What people ask for, then what timers and Toss' answers ask for. */
export const commandData = {
  "order.place": Type.Object(
    {
      customer: Customer,
      lines: Type.Array(LineRequest, { minItems: 1, maxItems: 1000 }),
      totalAmount: Amount,
      paymentMethod: Type.Optional(PaymentMethod),
    },
    exact,
  ),
  "payment.request": Type.Object({ paymentKey: PaymentKey, amount: Amount }, exact),
  "purchase.confirm": Type.Object({ lines: LineQuantities }, exact),
  "cancellation.request": Type.Object({ lines: LineQuantities, reason: text(150) }, exact),
  "cancellation.restock": Type.Object({ cancellationId: CancellationId }, exact),
  "cancellation.withdraw": Type.Object({ cancellationId: CancellationId }, exact),
  "refund.retry": Type.Object({ cancellationId: CancellationId }, exact),
  /** An operator lets an effect go on that waits for one. */
  "effect.retry": Type.Object({ effectId: EffectId }, exact),
  /** Someone says that this payment changed (a webhook): believed only after a look-up. */
  "payment.notice": Type.Object({ paymentKey: PaymentKey }, exact),

  "order.expire": Type.Object({}, exact),
  "purchase.autoConfirm": Type.Object({}, exact),
  "refund.begin": Type.Object({ cancellationId: CancellationId }, exact),

  "payment.capture": Type.Object(
    {
      attempt: Attempt,
      amount: Amount,
      /** What Toss still holds of it, where some of it was cancelled already. */
      held: Type.Optional(Amount),
      /** Why it is not the payment that was asked for (its method, its currency…), so that all of it goes back. */
      misfit: Type.Optional(Type.String({ maxLength: 510 })),
      approvedAt: Type.String(),
      transactionKey: Type.Optional(Type.String()),
      card: Type.Optional(
        Type.Object({ issuerCode: Type.String(), number: Type.String(), approveNo: Type.String() }, exact),
      ),
    },
    exact,
  ),
  "payment.await": Type.Object({ attempt: Attempt }, exact),
  "payment.decline": Type.Object({ attempt: Attempt, ...TossText }, exact),
  /** Toss holds `balance` of a captured payment, where what the order knows comes to `expected`. */
  "payment.differ": Type.Object(
    { attempt: Attempt, balance: Type.Integer({ minimum: 0 }), expected: Type.Integer({ minimum: 0 }) },
    exact,
  ),
  "refund.complete": Type.Object(
    {
      cancellationId: CancellationId,
      amount: Amount,
      transactionKey: Type.String(),
      canceledAt: Type.String(),
    },
    exact,
  ),
  "refund.fail": Type.Object({ cancellationId: CancellationId, ...TossText }, exact),
  "stray.complete": Type.Object(
    {
      attempt: Attempt,
      transactionKey: Type.Optional(Type.String()),
      canceledAt: Type.Optional(Type.String()),
    },
    exact,
  ),
  "stray.fail": Type.Object({ attempt: Attempt, ...TossText }, exact),
} as const satisfies Record<string, TSchema>;

export type CommandType = keyof typeof commandData;
export type CommandData<T extends CommandType> = Static<(typeof commandData)[T]>;
export const commandTypes = Object.keys(commandData) as CommandType[];

/** A command as the machine sees it. The clock's reading comes in with it: the machine has no clock. */
export type OrderCommand = {
  [T in CommandType]: {
    readonly type: T;
    readonly data: CommandData<T>;
    readonly at: Instant;
    readonly id: string;
  };
}[CommandType];

export type CommandOf<T extends CommandType> = Extract<OrderCommand, { type: T }>;
