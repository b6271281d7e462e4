import type { Instant } from "../instant.ts";
import type { Krw } from "../money.ts";
import type { CancellationState } from "./cancellation.ts";
import { strayEffectId } from "./effects.ts";
import { activeQuantity, movePieces, type OrderLine, type Pieces } from "./lines.ts";
import type { PaymentStatus } from "./order.ts";
import type { OrderEventType } from "./outcomes/mod.ts";
import type { OrderState } from "./state.ts";

/** Of an order as it stands today, what its past is told from: an `Order` and the API's view of one both have it. */
export interface PresentOrder {
  readonly lines: readonly Pick<OrderLine, "productId" | "name" | "unitPrice" | "quantity">[];
  readonly totalAmount: Krw;
  readonly payments: readonly {
    readonly attempt: number;
    readonly paymentKey?: string;
    readonly approvedAt?: string;
  }[];
  readonly cancellations: readonly {
    readonly id: string;
    readonly lines: readonly Pieces[];
    readonly amount: Krw;
  }[];
}

/** An entry of the order's history. */
export interface PastEntry {
  readonly seq: number;
  readonly type: OrderEventType;
  readonly at: Instant;
  readonly to: OrderState;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface PastPayment {
  readonly attempt: number;
  readonly status: PaymentStatus;
  readonly paymentKey?: string;
  readonly requestedAt: Instant;
  /** Toss' time of the capture, once it was known. */
  readonly approvedAt?: string;
  readonly failureCode?: string;
}

export interface PastCancellation {
  readonly id: string;
  readonly state: CancellationState;
  readonly lines: readonly Pieces[];
  readonly amount: Krw;
  readonly refundAttempts: number;
  readonly failureCode?: string;
}

/** What history tells of an order, step by step. */
export interface Replay {
  readonly lines: readonly OrderLine[];
  readonly refundedAmount: Krw;
  readonly payments: readonly PastPayment[];
  readonly cancellations: readonly PastCancellation[];
}

type Change = (before: Replay, entry: PastEntry, today: PresentOrder) => Replay;

/** Before the first event: every piece active, nothing paid. */
export const beginReplay = (today: PresentOrder): Replay => ({
  lines: today.lines.map(({ productId, name, unitPrice, quantity }) => ({
    productId,
    ...(name !== undefined && { name }),
    unitPrice,
    quantity,
    confirmed: 0,
    canceling: 0,
    refunded: 0,
  })),
  refundedAmount: 0,
  payments: [],
  cancellations: [],
});

/**
 * One event on. What is left alone is shared between steps, so a long history stays small in memory. An event of a
 * newer release changes nothing here; data that an older release did not record is taken from today's order, or else
 * from the rules ("all that was active").
 */
export const replay: Change = (before, entry, today) =>
  Object.hasOwn(changes, entry.type) ? (changes[entry.type]?.(before, entry, today) ?? before) : before;

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const whole = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? Number(value) : undefined;

const failureOf = ({ data }: PastEntry): { failureCode?: string } => {
  const failureCode = text(data.code);
  return failureCode === undefined ? {} : { failureCode };
};

/** The payment that an event means, stepped to `status`; the newest where the event does not say which. */
const payment =
  (status: PaymentStatus): Change =>
  (before, entry, today) => {
    const attempt = whole(entry.data.attempt) ?? before.payments.length;
    const approvedAt = today.payments.find((one) => one.attempt === attempt)?.approvedAt;
    const change: Partial<PastPayment> = {
      status,
      ...failureOf(entry),
      ...((status === "captured" || status === "strayRefunding") &&
        approvedAt !== undefined && { approvedAt }),
    };
    return {
      ...before,
      payments: before.payments.map((one) => (one.attempt === attempt ? { ...one, ...change } : one)),
    };
  };

const requestPayment: Change = (before, { data, at }, today) => {
  const attempt = whole(data.attempt) ?? before.payments.length + 1;
  const paymentKey = today.payments.find((one) => one.attempt === attempt)?.paymentKey;
  const asked: PastPayment = {
    attempt,
    status: "requested",
    ...(paymentKey !== undefined && { paymentKey }),
    requestedAt: at,
  };
  return { ...before, payments: [...before.payments, asked] };
};

/** An operator let the return of a stray payment go on; of other effects the order itself says nothing. */
const retryEffect: Change = (before, { data }) => ({
  ...before,
  payments: before.payments.map((one) =>
    one.status === "strayRefundFailed" && data.effectId === strayEffectId(one.attempt)
      ? { ...one, status: "strayRefunding" }
      : one,
  ),
});

type Place = "confirmed" | "canceling" | "refunded";

/** Never more than there are: a history with a hole in it must not show pieces that do not exist. */
const move = (before: Replay, pieces: readonly Pieces[], way: { from?: Place; to?: Place }): Replay => {
  const there = new Map(
    before.lines.map((line) => [line.productId, way.from ? line[way.from] : activeQuantity(line)]),
  );
  const movable = pieces.map(({ productId, quantity }) => ({
    productId,
    quantity: Math.min(quantity, there.get(productId) ?? 0),
  }));
  return { ...before, lines: movePieces(before.lines, movable, way) };
};

const recordedPieces = (value: unknown): readonly Pieces[] | undefined =>
  Array.isArray(value) && value.every(isPieces) ? value : undefined;

const isPieces = (value: Partial<Pieces> | null): value is Pieces =>
  typeof value?.productId === "string" && whole(value.quantity) !== undefined;

const active = ({ lines }: Replay): Pieces[] =>
  lines.map((line) => ({ productId: line.productId, quantity: activeQuantity(line) }));

const confirm: Change = (before, { data }) =>
  move(before, recordedPieces(data.lines) ?? active(before), { to: "confirmed" });

const requestCancellation: Change = (before, { data }, today) => {
  const id = text(data.cancellationId) ?? String(before.cancellations.length + 1);
  const known = today.cancellations.find((one) => one.id === id);
  const lines = recordedPieces(data.lines) ?? known?.lines ?? active(before);
  const amount = whole(data.amount) ?? known?.amount ?? 0;
  const asked: PastCancellation = { id, state: "requested", lines, amount, refundAttempts: 0 };
  return {
    ...move(before, lines, { to: "canceling" }),
    cancellations: [...before.cancellations, asked],
  };
};

/** The cancellation that an event means, stepped to `state`, and what else follows from it. */
const cancellation =
  (
    state: CancellationState,
    also?: (before: Replay, its: PastCancellation, entry: PastEntry) => Replay,
  ): Change =>
  (before, entry) => {
    const its = before.cancellations.find((one) => one.id === entry.data.cancellationId);
    if (!its) return before;
    const refundAttempts = its.refundAttempts + (state === "refunding" ? 1 : 0);
    const stepped: PastCancellation = { ...its, state, refundAttempts, ...failureOf(entry) };
    return {
      ...(also?.(before, its, entry) ?? before),
      cancellations: before.cancellations.map((one) => (one === its ? stepped : one)),
    };
  };

const giveBack = (before: Replay, its: PastCancellation, { data }: PastEntry): Replay => ({
  ...move(before, its.lines, { from: "canceling", to: "refunded" }),
  refundedAmount: before.refundedAmount + (whole(data.amount) ?? its.amount),
});

/** Total: a new event must say here what it changes. Null: nothing that is shown. */
const changes: Record<OrderEventType, Change | null> = {
  "order.placed": null,
  "order.canceled": null,
  "order.expired": null,
  "payment.requested": requestPayment,
  "payment.captured": payment("captured"),
  "payment.awaited": payment("awaiting"),
  "payment.declined": payment("declined"),
  "payment.strayed": payment("strayRefunding"),
  "payment.mismatched": payment("strayRefunding"),
  "payment.noticed": null,
  "payment.differs": null,
  "stray.refunded": payment("strayRefunded"),
  "stray.refundFailed": payment("strayRefundFailed"),
  "effect.retried": retryEffect,
  "purchase.confirmed": confirm,
  "purchase.autoConfirmed": confirm,
  "cancellation.requested": requestCancellation,
  "cancellation.restocked": cancellation("restocked"),
  "cancellation.withdrawn": cancellation("withdrawn", (before, its) =>
    move(before, its.lines, { from: "canceling" }),
  ),
  "refund.started": cancellation("refunding"),
  "refund.retried": cancellation("refunding"),
  "refund.failed": cancellation("failed"),
  "refund.completed": cancellation("refunded", giveBack),
};
