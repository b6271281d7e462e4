import { type Commands, PAID, type Standing, type Step } from "./life.ts";

const stepOf: Readonly<Record<string, Step>> = {
  ordered: "place",
  paid: "pay",
  cancelRequested: "cancel",
  restocked: "restock",
  partiallyRefunded: "refund",
};

/** The commands of a peer whose service was written for the bench: one path a handler, named by the order. */
export const flowCommands = (pathOf: (name: string, handler: Step | "look") => string): Commands => {
  const post = (name: string, step: Step, body: object) => ({
    method: "POST" as const,
    path: pathOf(name, step),
    key: `${name}-${step}`,
    body,
  });
  return {
    place: ({ name, lines, totalAmount }) =>
      post(name, "place", {
        customer: { id: "customer-1", name: "Kim", phone: "010-1234-5678" },
        lines,
        totalAmount,
      }),
    pay: ({ name, paymentKey, totalAmount }) => post(name, "pay", { paymentKey, amount: totalAmount }),
    cancel: ({ name, back }) => post(name, "cancel", { lines: [back], reason: "one too many" }),
    restock: ({ name }) => post(name, "restock", {}),
    refund: ({ name }) => post(name, "refund", {}),
    look: ({ name }) => ({ method: "POST", path: pathOf(name, "look"), body: {} }),
    standing({ body }) {
      const { state, refundedAmount = 0 } = body as { state?: string; refundedAmount?: number };
      const step: Standing["step"] = stepOf[state ?? ""] ?? "none";
      const paid = step === "none" || step === "place" ? 0 : PAID;
      return { step, paid, refunded: refundedAmount };
    },
    said({ status, body }, step, { name }) {
      const { state } = (body ?? {}) as { state?: string };
      if (status !== 200 || stepOf[state ?? ""] !== step) {
        throw new Error(`${step} was answered ${status} ${JSON.stringify(body)}`);
      }
      return { orderId: name };
    },
  };
};
