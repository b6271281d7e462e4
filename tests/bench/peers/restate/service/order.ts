import * as restate from "@restatedev/restate-sdk";
import { cancelPayment, confirmPayment } from "./payments.ts";

interface Line {
  productId: string;
  quantity: number;
  unitPrice: number;
}

interface Order {
  state: "ordered" | "paid" | "cancelRequested" | "restocked" | "partiallyRefunded" | "refunded";
  customer: { id: string; name: string; phone: string };
  lines: Line[];
  totalAmount: number;
  paymentKey?: string;
  cancellation?: { lines: { productId: string; quantity: number }[]; amount: number; reason: string };
  refundedAmount: number;
}

const refuse = (code: string): never => {
  throw new restate.TerminalError(code, { errorCode: 409 });
};

const orderIn = async (ctx: restate.ObjectContext, ...states: Order["state"][]): Promise<Order> => {
  const order = await ctx.get<Order>("order");
  if (!order) return refuse("ORDER_NOT_FOUND");
  return states.includes(order.state) ? order : refuse(`ORDER_IS_${order.state}`);
};

/** Keeps the order and answers with where it stands. */
const keep = (ctx: restate.ObjectContext, order: Order) => {
  ctx.set("order", order);
  return { orderId: ctx.key, state: order.state };
};

const order = restate.object({
  name: "order",
  handlers: {
    async place(ctx: restate.ObjectContext, request: Pick<Order, "customer" | "lines" | "totalAmount">) {
      if (await ctx.get<Order>("order")) refuse("ORDER_ALREADY_EXISTS");
      const total = request.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
      if (total !== request.totalAmount) refuse("TOTAL_MISMATCH");
      return keep(ctx, { ...request, state: "ordered", refundedAmount: 0 });
    },

    async pay(ctx: restate.ObjectContext, { paymentKey, amount }: { paymentKey: string; amount: number }) {
      const found = await orderIn(ctx, "ordered");
      if (amount !== found.totalAmount) refuse("TOTAL_MISMATCH");
      const payment = await ctx.run("confirm", () =>
        confirmPayment({ paymentKey, orderId: ctx.key, amount }, `${ctx.key}:confirm`),
      );
      if (payment.status !== "DONE") refuse(`PAYMENT_${payment.status}`);
      return keep(ctx, { ...found, state: "paid", paymentKey });
    },

    async cancel(
      ctx: restate.ObjectContext,
      { lines, reason }: Omit<NonNullable<Order["cancellation"]>, "amount">,
    ) {
      const found = await orderIn(ctx, "paid");
      let amount = 0;
      for (const { productId, quantity } of lines) {
        const line = found.lines.find((one) => one.productId === productId) ?? refuse("LINE_NOT_FOUND");
        if (quantity > line.quantity) refuse("QUANTITY_EXCEEDS_LINE");
        amount += quantity * line.unitPrice;
      }
      return keep(ctx, { ...found, state: "cancelRequested", cancellation: { lines, reason, amount } });
    },

    async restock(ctx: restate.ObjectContext) {
      return keep(ctx, { ...(await orderIn(ctx, "cancelRequested")), state: "restocked" });
    },

    async refund(ctx: restate.ObjectContext) {
      const found = await orderIn(ctx, "restocked");
      const { paymentKey, cancellation, totalAmount } = found;
      if (!paymentKey || !cancellation) return refuse("ORDER_NOT_PAID");
      const payment = await ctx.run("cancel", () =>
        cancelPayment(
          paymentKey,
          {
            cancelReason: cancellation.reason,
            cancelAmount: cancellation.amount,
            refundableAmount: totalAmount,
          },
          `${ctx.key}:cancel`,
        ),
      );
      const state = payment.balanceAmount === 0 ? "refunded" : "partiallyRefunded";
      return keep(ctx, { ...found, state, refundedAmount: cancellation.amount });
    },

    look: restate.createObjectSharedHandler(async (ctx: restate.ObjectSharedContext) => ({
      orderId: ctx.key,
      ...(await ctx.get<Order>("order")),
    })),
  },
});

restate.serve({ services: [order], port: Number(process.argv[2]) });
