import { commandId, newCommand, orderIdFor } from "../../../actors/command.ts";
import type { OrderDocument } from "../../../actors/document.ts";
import type { OrderStore } from "../../../actors/ports.ts";
import { foldOrder, type LiveOrder } from "../../../actors/runtime/fold.ts";
import type { Job } from "../../../actors/runtime/job.ts";
import { createOrderDomain, DAY_MS, defaultPolicy } from "../../../machines/mod.ts";

const domain = createOrderDomain(defaultPolicy);
const BATCH = 2_000;
const TEMPLATE = "o0000000000000000000000";
/** Of the shop's past: its orders were placed evenly over so many days. */
const DAYS = 90;
const CUSTOMERS = 50_000;

type Step = Pick<Parameters<typeof newCommand>[0], "type" | "data">;

const placed: Step = {
  type: "order.place",
  data: {
    customer: { id: "the-customer", name: "김주문", phone: "010-1234-5678" },
    lines: [
      { productId: "keyboard", quantity: 2, unitPrice: 45_000 },
      { productId: "mouse", quantity: 1, unitPrice: 30_000 },
    ],
    totalAmount: 120_000,
  },
};
const requested: Step = {
  type: "payment.request",
  data: { paymentKey: `the-payment-${TEMPLATE}`, amount: 120_000 },
};
const captured: Step = {
  type: "payment.capture",
  data: {
    attempt: 1,
    amount: 120_000,
    approvedAt: "2026-08-01T10:00:00+09:00",
    transactionKey: "the-capture",
  },
};
const canceled: Step = {
  type: "cancellation.request",
  data: { lines: [{ productId: "keyboard", quantity: 1 }], reason: "one too many" },
};
const refunded: readonly Step[] = [
  canceled,
  { type: "cancellation.restock", data: { cancellationId: "1" } },
  { type: "refund.begin", data: { cancellationId: "1" } },
  {
    type: "refund.complete",
    data: {
      cancellationId: "1",
      amount: 45_000,
      transactionKey: "the-cancel",
      canceledAt: "2026-08-02T10:00:00+09:00",
    },
  },
];

/** How the lives of a shop's orders end, by how many of ten. */
const kinds: readonly { readonly of10: number; readonly steps: readonly Step[] }[] = [
  { of10: 5, steps: [placed, requested, captured, { type: "purchase.autoConfirm", data: {} }] },
  { of10: 2, steps: [placed, requested, captured, ...refunded] },
  { of10: 2, steps: [placed, { type: "order.expire", data: {} }] },
  { of10: 1, steps: [placed, requested, captured] },
];

/** The document of a life, by the machine and the runtime's own fold, under an id that each copy replaces. */
const templateOf = (steps: readonly Step[]): string => {
  const start = Date.parse("2026-08-01T00:00:00.000Z");
  let live: LiveOrder | undefined;
  for (const [index, step] of steps.entries()) {
    const late = step.type === "purchase.autoConfirm" || step.type === "order.expire";
    const now = start + index * 1_000 + (late ? 30 * DAY_MS : 0);
    const command = newCommand({
      ...step,
      id: commandId(TEMPLATE, String(index)),
      orderId: TEMPLATE,
      actor: { role: "customer", id: "the-customer" },
      issuedAt: new Date(now).toISOString(),
    });
    const job: Job = { orderId: TEMPLATE, command, settle() {} };
    const options = { domain, now, replyRetentionMs: 365 * DAY_MS, effectLeaseMs: 10_000 };
    const folded = foldOrder(live, TEMPLATE, [job], options);
    const reply = folded.outcomes[0]?.outcome;
    if (reply?.status !== "stored" || !reply.reply?.ok)
      throw new Error(`${step.type}: ${JSON.stringify(reply)}`);
    live = folded.live;
  }
  // Its effects are done, and nothing of the past is due now.
  return JSON.stringify({ ...live?.document, effects: [], dueAt: null, version: 1 });
};

const templates = kinds.flatMap(({ of10, steps }) => Array<string>(of10).fill(templateOf(steps)));

export const storedOrderId = (index: number): string => orderIdFor("growth", String(index));

const storedOrder = (index: number, of: number): OrderDocument => {
  const orderId = storedOrderId(index);
  const template = templates[index % templates.length] ?? "";
  const document = JSON.parse(template.replaceAll(TEMPLATE, orderId)) as OrderDocument;
  const placedAt = new Date(Date.now() - ((of - index) / of) * DAYS * DAY_MS).toISOString();
  return { ...document, customerId: `customer-${index % CUSTOMERS}`, placedAt, publishedSeq: document.seq };
};

/** Fills a store from `from` to `to` orders, with their payments claimed and their money's days noted. */
export const fill = async (store: OrderStore, from: number, to: number): Promise<void> => {
  for (let start = from; start < to; start += BATCH) {
    const documents = Array.from({ length: Math.min(BATCH, to - start) }, (_, index) =>
      storedOrder(start + index, to),
    );
    const written = await store.commit(
      documents.map((document) => ({
        document,
        expectedVersion: 0,
        claims: [`the-payment-${document.orderId}`],
        ...(document.moneyDates && { newMoneyDates: document.moneyDates }),
      })),
    );
    if (written.size !== documents.length) throw new Error("Not all orders were stored.");
  }
};
