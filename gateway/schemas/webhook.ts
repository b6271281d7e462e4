import { type Static, Type } from "@sinclair/typebox";

/** Toss adds fields as it likes, so only what we read is fixed. */
const open = { additionalProperties: true } as const;

const TossOrderId = Type.String({ minLength: 1, maxLength: 64 });

/** A payment changed. `data` is the Payment as Toss saw it; being unsigned, it is not believed, only looked up. */
export const PaymentStatusChanged = Type.Object(
  {
    eventType: Type.Literal("PAYMENT_STATUS_CHANGED"),
    createdAt: Type.String({ maxLength: 40 }),
    data: Type.Object(
      { orderId: TossOrderId, paymentKey: Type.String({ minLength: 1, maxLength: 200 }) },
      open,
    ),
  },
  open,
);

/** Someone paid into a virtual account. Flat, without event type and payment key. */
export const DepositCallback = Type.Object(
  {
    eventType: Type.Optional(Type.Never()),
    createdAt: Type.String({ maxLength: 40 }),
    secret: Type.String({ maxLength: 50 }),
    status: Type.String({ maxLength: 40 }),
    transactionKey: Type.String({ minLength: 1, maxLength: 64 }),
    orderId: TossOrderId,
  },
  open,
);

/** What Toss tells that does not concern an order's payment: acknowledged, or it would be sent again for days. */
export const OtherEvent = Type.Object(
  { eventType: Type.String({ maxLength: 100, pattern: "^(?!PAYMENT_STATUS_CHANGED$)" }) },
  open,
);

export const TossWebhook = Type.Union([PaymentStatusChanged, DepositCallback, OtherEvent]);

export const TossWebhookHeaders = Type.Object(
  {
    "tosspayments-webhook-transmission-id": Type.Optional(
      Type.String({ pattern: "^[\\x21-\\x7e]{1,200}$", description: "The same for each repetition" }),
    ),
  },
  open,
);

export type TossWebhook = Static<typeof TossWebhook>;
