import { expect, test } from "bun:test";
import { auditBooks } from "../../deploy/simulate/audit.ts";
import { checkOrder } from "../../deploy/simulate/checks.ts";
import type { Memory } from "../../deploy/simulate/memory.ts";
import { createTally } from "../../deploy/simulate/tally.ts";
import type { HistoryEntryView, OrderView } from "../../gateway/schemas/order.ts";
import { createLab, json } from "../gateway/lab.ts";

interface Seen {
  order: Writable<OrderView>;
  entries: Writable<HistoryEntryView>[];
  memory: Writable<Memory>;
}
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Three teas and a cup: a tea is confirmed, one refunded, the cup's cancellation withdrawn; something is refused. */
const honest = async (): Promise<Seen> => {
  const lab = createLab();
  const orderId = await lab.paid();
  const told: Memory["told"] = [];
  const post = async (action: string, path: string, body: object = {}) => {
    const response = await lab.post(`/orders/${orderId}${path}`, body);
    const { commandId, state, event, seq, cancellationId } = await json<Record<string, unknown>>(response);
    const took = response.status < 300;
    told.push({ action, commandId: String(commandId), took, ...(took && { state, event, seq }) });
    return String(cancellationId);
  };
  const one = (productId: string) => ({ lines: [{ productId, quantity: 1 }] });
  await post("confirm", "/purchase-confirmation", one("tea"));
  const tea = await post("cancel", "/cancellations", { ...one("tea"), reason: "r" });
  await post("restock", `/cancellations/${tea}/restock`);
  lab.client.happen(orderId, "refund.begin", { cancellationId: tea });
  const refund = {
    cancellationId: tea,
    amount: 12_000,
    transactionKey: "t",
    canceledAt: "2026-11-25T10:00:00+09:00",
  };
  lab.client.happen(orderId, "refund.complete", refund);
  const cup = await post("cancel", "/cancellations", { ...one("cup"), reason: "r" });
  await post("withdraw", `/cancellations/${cup}/withdrawal`);
  await post("refused", `/cancellations/${cup}/restock`);
  const order = await json<OrderView>(await lab.get(`/orders/${orderId}`));
  const { entries } = await json<{ entries: HistoryEntryView[] }>(
    await lab.get(`/orders/${orderId}/history`),
  );
  const lines = [
    {
      productId: "tea",
      name: "tea",
      quantity: 3,
      unitPrice: 12_000,
      confirmed: 1,
      canceling: 0,
      refunded: 1,
    },
    { productId: "cup", name: "cup", quantity: 1, unitPrice: 3_000, confirmed: 0, canceling: 0, refunded: 0 },
  ];
  const memory: Memory = { orderId, script: "test", told, paid: true, lines, ending: ["partiallyRefunded"] };
  return { order, entries, memory };
};

const brokenIn = ({ order, entries, memory }: Seen): string[] => {
  const tally = createTally();
  checkOrder(tally, memory, order, entries);
  expect(tally.totals().checked).toBeGreaterThan(0);
  expect(tally.broken.map(({ orderId }) => orderId)).toEqual(tally.broken.map(() => memory.orderId));
  return tally.broken.map(({ invariant }) => invariant);
};

test("checkOrder_findsNothing_honestGateway", async () => {
  expect(brokenIn(await honest())).toEqual([]);
});

const line = (seen: Seen, index = 0) => seen.order.lines[index] as Writable<OrderView["lines"][number]>;
const entry = (seen: Seen, type: string) =>
  seen.entries.find((one) => one.type === type) as Writable<HistoryEntryView>;

/** Each with the invariants that must be found broken, among others that follow from the same lie. */
const lies: readonly (readonly [string, (seen: Seen) => unknown, ...string[]])[] = [
  [
    "a price changed",
    (seen) => Object.assign(line(seen), { unitPrice: 12_001 }),
    "Σ lines is the total",
    "a cancellation is worth its pieces",
  ],
  [
    "a piece vanished",
    (seen) => Object.assign(line(seen), { active: 0 }),
    "each piece of a line is in exactly one place",
    "the history replays to the order",
  ],
  [
    "a wrong balance",
    ({ order }) => Object.assign(order, { balance: order.balance + 1 }),
    "the balance is paid − refunded",
    "the history replays to the order",
  ],
  [
    "more refunded than paid",
    ({ order }) => Object.assign(order, { refundedAmount: 99_000 }),
    "Σ refunded ≤ paid",
    "what was refunded is what its cancellations say",
    "the order stands as its customer expects",
  ],
  [
    "two captures",
    ({ order }) => order.payments.push({ ...(order.payments[0] as (typeof order.payments)[0]), attempt: 2 }),
    "an order is paid at most once",
  ],
  [
    "a refunded order that holds money",
    ({ order }) => Object.assign(order, { state: "refunded" }),
    "nothing is held of a refunded order",
    "each event begins where the last one ended",
  ],
  [
    "a cancelled piece that was confirmed before",
    (seen) =>
      Object.assign(entry(seen, "cancellation.requested").data, {
        lines: [{ productId: "tea", quantity: 3 }],
      }),
    "a confirmed piece is never cancelled, nor a cancelled one confirmed",
  ],
  [
    "an event lost",
    ({ entries }) => entries.splice(5, 1),
    "the history has no gap",
    "each event begins where the last one ended",
  ],
  [
    "an event twice",
    ({ entries }) => entries.push({ ...(entries[1] as HistoryEntryView) }),
    "the history has no gap",
    "no command is in the history twice",
  ],
  [
    "a chain broken",
    (seen) => Object.assign(entry(seen, "purchase.confirmed"), { from: "ordered" }),
    "each event begins where the last one ended",
  ],
  [
    "an acknowledged command that is not there",
    (seen) => Object.assign(entry(seen, "purchase.confirmed"), { commandId: "another" }),
    "an acknowledged command is in the history once",
  ],
  [
    "a refused command that is there",
    (seen) =>
      Object.assign(entry(seen, "payment.captured"), { commandId: seen.memory.told.at(-1)?.commandId }),
    "a refused command is not in the history",
  ],
  [
    "another event than was told",
    (seen) => Object.assign(entry(seen, "cancellation.withdrawn"), { type: "payment.noticed" }),
    "what was acknowledged is what happened",
    "the history replays to the order",
  ],
  [
    "another end than expected",
    ({ memory }) => Object.assign(memory, { ending: ["paid"] }),
    "the order stands as its customer expects",
  ],
  [
    "a state that does not exist",
    ({ order }) => Object.assign(order, { state: "lost" }),
    "order and history fit their schemas",
  ],
];

for (const [lie, tell, ...invariants] of lies) {
  test(`checkOrder_findsIt_${lie.replaceAll(" ", "-")}`, async () => {
    const seen = await honest();
    tell(seen);
    const broken = brokenIn(seen);
    for (const invariant of invariants) expect(broken).toContain(invariant);
  });
}

test("auditBooks_findsIt_capturedTwiceOrRefundedElsewhere", () => {
  const money = { orderId: "order-1", captured: 39_000, refunded: 12_000 };
  const account = { paymentKey: "k", orderId: "order-1", capturedAmount: 39_000, refundedAmount: 12_000 };
  const differ = (...accounts: (typeof account)[]) => auditBooks([money], accounts).totals();
  expect(differ(account)).toEqual({ checked: 1, broken: 0 });
  expect(differ(account, { ...account, paymentKey: "k2", capturedAmount: 0, refundedAmount: 0 }).broken).toBe(
    0,
  );
  expect(differ(account, { ...account, paymentKey: "k2" }).broken).toBe(1);
  expect(differ({ ...account, refundedAmount: 11_999 }).broken).toBe(1);
  expect(differ().broken).toBe(1);
  expect(auditBooks([{ ...money, captured: 0, refunded: 0 }], [account]).totals().broken).toBe(1);
});
