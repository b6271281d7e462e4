import type { HistoryEntry, OrderDocument, PendingEffect } from "../actors/document.ts";
import {
  activeQuantity,
  balanceOf,
  type Cancellation,
  type CancellationEvent,
  type CommandType,
  type OrderDomain,
  type PaymentAttempt,
  restoreSnapshot,
  stateOf,
  stepCancellation,
  timersOf,
} from "../machines/mod.ts";
import { may } from "./auth/access.ts";
import type { Caller, CallerRole } from "./caller.ts";
import { cancellationPath, effectRetryPath, orderLinks, orderPath, requestOf } from "./links.ts";
import { orderNotFound } from "./problem.ts";
import type { CancellationView, HistoryEntryView, OrderView, PossibleCommand } from "./schemas/order.ts";

/**
 * A stored order as the API shows it to a role, with the commands that this role may give. Field by field: what is
 * stored tomorrow is not shown by accident. The warehouse takes goods back by order and line, so that it gets neither
 * name nor phone.
 */
export const orderView = (domain: OrderDomain, document: OrderDocument, role: CallerRole): OrderView => {
  const { orderId, version, seq, updatedAt } = document;
  if (!document.snapshot) throw orderNotFound(orderId);
  const snapshot = restoreSnapshot(domain, document.snapshot);
  const order = snapshot.context;
  const state = stateOf(snapshot);
  return {
    orderId,
    state,
    customer: {
      id: order.customer.id,
      ...(role !== "warehouse" && { name: order.customer.name, phone: order.customer.phone }),
    },
    paymentMethod: { type: order.paymentMethod.type },
    lines: order.lines.map((line) => ({
      productId: line.productId,
      ...(line.name !== undefined && { name: line.name }),
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      active: activeQuantity(line),
      confirmed: line.confirmed,
      canceling: line.canceling,
      refunded: line.refunded,
    })),
    totalAmount: order.totalAmount,
    refundedAmount: order.refundedAmount,
    balance: balanceOf(order),
    payments: order.payments.map(paymentView),
    cancellations: order.cancellations.map((one) => cancellationView(orderId, one, role)),
    placedAt: order.placedAt,
    expiresAt: order.expiresAt,
    ...(order.paidAt && { paidAt: order.paidAt }),
    ...(order.autoConfirmAt && { autoConfirmAt: order.autoConfirmAt }),
    updatedAt,
    version,
    seq,
    effects: document.effects.map((pending) => effectView(orderId, pending, role)),
    timers: timersOf(state, order).map(({ id, dueAt, command }) => ({ id, dueAt, command: command.type })),
    commands: domain.possible(snapshot).flatMap((type) => possibleCommand(orderId, type, role)),
    _links: { self: { href: orderPath(orderId) }, ...orderLinks(orderId) },
  };
};

const possibleCommand = (orderId: string, type: CommandType, role: CallerRole): PossibleCommand[] => {
  const request = requestOf(orderId, type);
  if (!request || !may(role, request.route)) return [];
  return [{ type, method: request.method, href: request.href }];
};

const paymentView = (payment: PaymentAttempt): OrderView["payments"][number] => ({
  attempt: payment.attempt,
  paymentKey: payment.paymentKey,
  status: payment.status,
  requestedAt: payment.requestedAt,
  ...(payment.approvedAt && { approvedAt: payment.approvedAt }),
  ...(payment.card && { card: payment.card }),
  ...(payment.failure && { failure: payment.failure }),
});

/** The requests on a cancellation, by the step of its machine that they ask for. */
const cancellationRequests: readonly (readonly [
  CancellationEvent,
  CommandType,
  "restock" | "withdrawal" | "refund",
])[] = [
  ["restock", "cancellation.restock", "restock"],
  ["withdraw", "cancellation.withdraw", "withdrawal"],
  ["retry", "refund.retry", "refund"],
];

export const cancellationView = (
  orderId: string,
  cancellation: Cancellation,
  role: CallerRole,
): CancellationView => ({
  id: cancellation.id,
  state: cancellation.state,
  lines: cancellation.lines.map(({ productId, quantity }) => ({ productId, quantity })),
  amount: cancellation.amount,
  reason: cancellation.reason,
  requestedAt: cancellation.requestedAt,
  ...(cancellation.restockedAt && { restockedAt: cancellation.restockedAt }),
  refundAttempts: cancellation.refundAttempts,
  ...(cancellation.failure && { failure: cancellation.failure }),
  ...(cancellation.refundedAt && { refundedAt: cancellation.refundedAt }),
  commands: cancellationRequests
    .filter(
      ([event, , path]) =>
        stepCancellation(cancellation.state, event) !== undefined &&
        may(role, `POST /orders/:id/cancellations/:cid/${path}`),
    )
    .map(([, type, path]) => ({
      type,
      method: "POST",
      href: `${cancellationPath(orderId, cancellation.id)}/${path}`,
    })),
});

const effectView = (
  orderId: string,
  { effect, tries, dueAt, since, lastError }: PendingEffect,
  role: CallerRole,
): OrderView["effects"][number] => ({
  id: effect.id,
  type: effect.type,
  tries,
  nextTryAt: dueAt === null ? null : new Date(dueAt).toISOString(),
  since,
  ...(lastError !== undefined && { lastError }),
  commands:
    dueAt === null && may(role, "POST /orders/:id/effects/:eid/retry")
      ? [{ type: "effect.retry", method: "POST", href: effectRetryPath(orderId, effect.id) }]
      : [],
});

/** To a customer, whoever else did something is told by role alone: staff are not named to the outside. */
export const historyEntryView = (
  orderId: string,
  { actor, ...entry }: HistoryEntry,
  reader: Caller,
): HistoryEntryView => ({
  orderId,
  seq: entry.seq,
  type: entry.type,
  at: entry.at,
  from: entry.from,
  to: entry.to,
  data: entry.data,
  commandId: entry.commandId,
  actor: {
    role: actor.role,
    id: reader.role === "customer" && actor.id !== reader.id ? actor.role : actor.id,
  },
});
