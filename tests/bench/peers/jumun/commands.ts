import { orderIdFor } from "../../../../actors/command.ts";
import { callerKey } from "../../../../gateway/caller.ts";
import type { CancellationView, OrderView } from "../../../../gateway/schemas/order.ts";
import { type Commands, PAID, type Standing } from "../life.ts";

/** Whom a gateway without authentication takes everybody for. */
const local = { role: "operator", id: "local" } as const;

const customer = { id: "customer-1", name: "Kim", phone: "010-1234-5678" };

/** Jumun's public API, as any customer of it would call it. The refund follows from the restock. */
export const commands: Commands = {
  place: ({ name, lines, totalAmount }) => ({
    method: "POST",
    path: "/orders",
    key: `${name}-place`,
    body: { customer, lines, totalAmount },
  }),
  pay: ({ name, paymentKey, totalAmount }, { orderId }) => ({
    method: "POST",
    path: `/orders/${orderId}/payment`,
    key: `${name}-pay`,
    body: { paymentKey, amount: totalAmount },
  }),
  cancel: ({ name, back }, { orderId }) => ({
    method: "POST",
    path: `/orders/${orderId}/cancellations`,
    key: `${name}-cancel`,
    body: { lines: [back], reason: "one too many" },
  }),
  restock: ({ name }, { orderId, cancellationId }) => ({
    method: "POST",
    path: `/orders/${orderId}/cancellations/${cancellationId}/restock`,
    key: `${name}-restock`,
    body: {},
  }),
  refunded: {
    look: (_, { orderId, cancellationId }) => ({
      method: "GET",
      path: `/orders/${orderId}/cancellations/${cancellationId}`,
      headers: { prefer: "wait=10" },
    }),
    done: ({ status, body }) => status === 200 && (body as CancellationView).state === "refunded",
  },
  idOf: ({ name }) => ({ orderId: orderIdFor(callerKey(local), `${name}-place`) }),
  look: (_, { orderId }) => ({ method: "GET", path: `/orders/${orderId}` }),
  standing({ body }) {
    const { payments, cancellations, refundedAmount } = body as OrderView;
    const paid = payments.some(({ status }) => status === "captured");
    return {
      step: stepOf(paid, cancellations[0]?.state),
      paid: paid ? PAID : 0,
      refunded: refundedAmount,
    };
  },
  said({ status, body }, step) {
    if (status !== 200 && status !== 201)
      throw new Error(`${step} was answered ${status} ${JSON.stringify(body)}`);
    return body as Record<string, string>;
  },
};

const stepOf = (paid: boolean, cancellation: string | undefined): Standing["step"] => {
  if (cancellation === "refunded") return "refund";
  if (cancellation === undefined) return paid ? "pay" : "place";
  return cancellation === "requested" ? "cancel" : "restock";
};
