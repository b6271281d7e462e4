import {
  balanceOf,
  moneyDatesOf,
  type Order,
  orderAt,
  type PastEntry,
  readOrder,
  type StoredSnapshot,
  stateOf,
} from "../../../machines/mod.ts";
import { assertInvariants } from "../../../machines/order/invariants.ts";
import { partitionOf } from "../../command.ts";
import { orderDigest } from "../chain.ts";
import { type Finding, type FindingCode, findingOf } from "./finding.ts";
import type { AuditedDocument, AuditedEntry } from "./shape.ts";

/** How an order stands, held against its history and against what the document says of it elsewhere. */
export const checkStanding = (
  document: AuditedDocument,
  entries: readonly AuditedEntry[],
  columns: Readonly<Record<string, unknown>>,
): Finding[] => {
  const { orderId } = document;
  const newest = entries.at(-1);
  const findings: Finding[] = [];
  const compare = (code: FindingCode, what: string, found: unknown, expected: unknown) => {
    if (Bun.deepEquals(found, expected)) return;
    const place = { orderId, ...(newest && { seq: newest.seq }) };
    findings.push(findingOf(code, { ...place, expected: named(what, expected), found: named(what, found) }));
  };

  compare("FIELD_DIFFERS", "partition", document.partition, partitionOf(orderId));
  for (const [name, value] of Object.entries(columns)) {
    compare("FIELD_DIFFERS", name, value, (document as Record<string, unknown>)[name] ?? null);
  }
  const order = orderOf(document, findings);
  if (!order || !newest) {
    if (newest && document.snapshot === null) compare("SNAPSHOT_CHANGED", "snapshot", null, "an order");
    return findings;
  }
  if (newest.chain !== undefined) {
    const digest = orderDigest(document.snapshot as unknown as StoredSnapshot);
    compare("SNAPSHOT_CHANGED", "digest", digest, newest.order ?? "an entry with the order's digest");
  }
  const state = stateOf(document.snapshot as unknown as StoredSnapshot);
  compare("FIELD_DIFFERS", "state", document.state, state);
  compare("FIELD_DIFFERS", "customerId", document.customerId, order.customer.id);
  compare("FIELD_DIFFERS", "placedAt", document.placedAt, order.placedAt);
  compare("FIELD_DIFFERS", "orderId", order.orderId, orderId);
  const days = document.moneyDates;
  if (days)
    compare(
      "FIELD_DIFFERS",
      "moneyDates",
      moneyDatesOf(order).filter((day) => !days.includes(day)),
      [],
    );

  const past = orderAt(order, entries as unknown as readonly PastEntry[], newest.seq);
  const told = toldBy({ ...past, state: newest.to });
  const stands = toldBy({ ...order, state, balance: balanceOf(order) });
  for (const [what, value] of Object.entries(stands)) {
    compare("DIFFERS_FROM_HISTORY", what, value, (told as Record<string, unknown>)[what]);
  }
  const { totalAmount, lines }: { totalAmount?: unknown; lines?: unknown } = entries[0]?.data ?? {};
  if (totalAmount !== undefined) compare("DIFFERS_FROM_HISTORY", "total", order.totalAmount, totalAmount);
  if (lines !== undefined) compare("DIFFERS_FROM_HISTORY", "lines placed", order.lines.length, lines);
  return [...findings, ...checkReplies(document, entries)];
};

const named = (what: string, value: unknown): string => `${what} ${JSON.stringify(value)}`;

/** Undefined for one that can't be read, which is then among the findings. */
const orderOf = ({ orderId, snapshot }: AuditedDocument, findings: Finding[]): Order | undefined => {
  if (!snapshot) return undefined;
  try {
    const order = readOrder(snapshot);
    assertInvariants(order);
    return order;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    findings.push(
      findingOf("ORDER_UNREADABLE", { orderId, expected: "an order that holds together", found }),
    );
    return undefined;
  }
};

/** What a replay of the history can know of an order. */
const toldBy = (
  order: Pick<Order, "lines" | "refundedAmount"> & {
    readonly state: string;
    readonly balance: number;
    readonly payments: readonly { attempt: number; status: string }[];
    readonly cancellations: readonly {
      id: string;
      state: string;
      lines: readonly { productId: string; quantity: number }[];
      amount: number;
      refundAttempts: number;
    }[];
  },
) => ({
  state: order.state,
  refundedAmount: order.refundedAmount,
  balance: order.balance,
  lines: order.lines.map(({ productId, confirmed, canceling, refunded }) => ({
    productId,
    confirmed,
    canceling,
    refunded,
  })),
  payments: order.payments.map(({ attempt, status }) => ({ attempt, status })),
  cancellations: order.cancellations.map(({ id, state, lines, amount, refundAttempts }) => ({
    id,
    state,
    lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
    amount,
    refundAttempts,
  })),
});

/** What was answered to an accepted command is what its entry says. */
const checkReplies = ({ orderId, replies }: AuditedDocument, entries: readonly AuditedEntry[]): Finding[] =>
  replies.flatMap(({ id, reply }) => {
    if (!reply.ok) return [];
    const { seq, event, state } = reply as { seq?: number; event?: string; state?: string };
    const entry = entries[Number(seq) - 1];
    const same = entry?.commandId === id && entry.type === event && entry.to === state;
    if (same) return [];
    return findingOf("REPLY_DIFFERS", {
      orderId,
      ...(seq !== undefined && { seq }),
      expected: entry ? `${entry.type} by ${entry.commandId}` : "an entry",
      found: `${event} by ${id}`,
    });
  });
