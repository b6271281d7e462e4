import type { HistoryEntryView, OrderView } from "../../../gateway/schemas/order.ts";
import type { SettlementRow } from "../../../settlement/row.ts";
import { createLab, json, orderBody, PAYMENT } from "../../gateway/lab.ts";
import { someRow } from "../../settlement/ledgers-fixtures.ts";
import { type Request as Asking, placing, requestOf } from "../clients/ask.ts";
import { commandIdOf } from "../clients/identity.ts";
import type { Answer, Op } from "../clients/op.ts";
import type { Delivered, Evidence } from "./evidence.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type WritableOp = Writable<Op>;

/** What a run leaves when nothing went wrong, by hand: one order, its clients one after the other, every 10 ms. */
export interface Honest extends Writable<Omit<Evidence, "ops" | "troubles">> {
  readonly orderId: string;
  ops: WritableOp[];
  troubles: string[];
  readonly order: Writable<OrderView>;
  readonly history: Writable<HistoryEntryView>[];
}

/** The real gateway and domain answer; nothing here is made up but the times, the books and the deliveries. */
export const honest = async (): Promise<Honest> => {
  const lab = createLab();
  const ops: WritableOp[] = [];
  let now = 0;
  const tick = (): number => {
    now += 10;
    return now;
  };

  const record = async (op: object, path: string, answered: () => Promise<Response>) => {
    const invokedAt = tick();
    const response = await answered();
    const answer: Answer = { status: response.status, body: await json(response) };
    const asked = { client: 1, n: ops.length + 1, path, invokedAt, returnedAt: tick(), answer };
    ops.push({ ...asked, ...op } as WritableOp);
    return answer;
  };
  const command = (asking: Asking, headers: Record<string, string> = {}) => {
    const { orderId, route, path, key, body } = asking;
    const op = { kind: "command", orderId, key, body, commandId: commandIdOf(orderId, route, key) };
    return record(op, path, () => lab.post(path, body, { key, headers }));
  };
  const read = (kind: "order" | "history") => {
    const path = `/orders/${orderId}${kind === "history" ? "/history?limit=500" : ""}`;
    return record({ kind, orderId }, path, () => lab.get(path));
  };

  const place = placing("honest-place", orderBody);
  const { orderId } = place;
  await command(place);
  await read("order");
  const pay = requestOf(orderId, "/payment", "honest-pay", { body: PAYMENT });
  await command(pay, { prefer: "wait=0" });
  await read("order");
  lab.capture(orderId);
  await command(pay);
  await command(pay);
  const one = (productId: string) => ({ lines: [{ productId, quantity: 1 }] });
  await command(requestOf(orderId, "/purchase-confirmation", "honest-confirm", { body: one("tea") }));
  await command(
    requestOf(orderId, "/cancellations", "honest-cancel", { body: { ...one("tea"), reason: "r" } }),
  );
  await read("history");
  await command(requestOf(orderId, "/cancellations/:cid/restock", "honest-restock", { cid: "1" }));
  await command(requestOf(orderId, "/cancellations/:cid/restock", "honest-refused", { cid: "9" }));
  lab.client.happen(orderId, "refund.begin", { cancellationId: "1" });
  const refund = { amount: 12_000, transactionKey: "t", canceledAt: "2026-11-25T10:00:00+09:00" };
  lab.client.happen(orderId, "refund.complete", { cancellationId: "1", ...refund });
  const order = (await read("order")).body as unknown as Writable<OrderView>;
  const history = (await read("history")).body.entries as Writable<HistoryEntryView>[];

  const stored = structuredClone({ order, history });
  const delivered: Delivered[] = history.map(({ seq, type, commandId }) => ({
    orderId,
    seq,
    type,
    commandId,
  }));
  const { paymentKey, amount } = PAYMENT;
  const rows = [someRow(), someRow(), someRow()];
  const [row] = rows;
  if (!row) throw new Error("there are three rows");
  const total = (of: (one: SettlementRow) => number) => rows.reduce((sum, one) => sum + of(one), 0);
  return {
    ...stored,
    ...{ orderId, ops },
    orders: new Map([[orderId, { ...stored, publishedSeq: stored.order.seq }]]),
    channels: [{ name: "JetStream", orderIds: [orderId], delivered }],
    accounts: [{ paymentKey, orderId, captures: [amount], refunds: [12_000] }],
    promised: new Map([[commandIdOf(orderId, "POST /orders/:id/payment", "honest-pay"), "done"]]),
    days: [
      {
        ...{
          date: row.paidOutDate,
          status: "complete",
          truth: rows,
          settlementLedger: structuredClone(rows),
        },
        orderLedger: new Map(rows.map(({ transactionKey }) => [transactionKey, 1])),
        accounting: [
          {
            ...{ method: "카드", cardIssuerCode: "61", rows: 3, fee: 0, supplyAmount: 0, vat: 0 },
            ...{ amount: total((one) => one.amount), payOutAmount: total((one) => one.payOutAmount) },
          },
        ],
      },
    ],
    audit: { findings: [], unsealed: 0, seals: 3 },
    troubles: [],
  };
};
