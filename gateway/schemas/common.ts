import { Type } from "@sinclair/typebox";
import { CancellationId, EffectId, KstDate, OrderId } from "../../machines/mod.ts";

export const exact = { additionalProperties: false } as const;

export const Instant = Type.String({ description: "UTC, ISO 8601", examples: ["2026-11-23T01:02:03.000Z"] });
/** A day in a request. Its format alone lets `2026-02-30` through: the routes look once more. */
export const Day = Type.String({ ...KstDate, format: "date" });
export const Krw = Type.Integer({ description: "Whole KRW" });

export const Link = Type.Object({ href: Type.String(), method: Type.Optional(Type.Literal("POST")) });

export const OrderParams = Type.Object({ id: OrderId });
export const CancellationParams = Type.Object({ id: OrderId, cid: CancellationId });
export const EffectParams = Type.Object({ id: OrderId, eid: EffectId });
export const CommandParams = Type.Object({
  id: Type.String({ pattern: "^[A-Za-z0-9_-]{6,64}\\.[A-Za-z0-9_-]{22}$" }),
});

/** Other headers may come along. */
export const IdempotencyKey = {
  "idempotency-key": Type.String({
    pattern: "^[\\x21-\\x7e]{1,200}$",
    description: "Names this request: sent again with the same key, it is answered again and run once.",
  }),
};
export const CommandHeaders = Type.Object(IdempotencyKey, { additionalProperties: true });

/** How many to answer with. */
export const limit = (maximum: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, default: usual }));

/** The body of a request that needs none. */
export const NoBody = Type.Object({}, exact);

/** Of a read that can wait for what is under way. */
export const ReadHeaders = Type.Object(
  {
    prefer: Type.Optional(
      Type.String({ maxLength: 200, description: "`wait=<seconds>`: how long to wait for the end" }),
    ),
  },
  { additionalProperties: true },
);

export const PaymentHeaders = Type.Object(
  {
    ...IdempotencyKey,
    prefer: Type.Optional(
      Type.String({ maxLength: 200, description: "`wait=<seconds>`: how long to wait for Toss' answer" }),
    ),
  },
  { additionalProperties: true },
);
