import { expect, test } from "bun:test";
import { buyer, call, cancel, confirm, failureOf, mockForSpec, paid } from "./harness.ts";
import type { PaymentAccount, RequestEntry, Transaction } from "./mod.ts";

const mock = await mockForSpec();

test("account_sumsWhatMoved_capturedAndRefunded", async () => {
  const { paymentKey, orderId } = await paid(mock);
  await cancel(mock, paymentKey, { cancelAmount: 4_000 });
  await cancel(mock, paymentKey, { cancelAmount: 99_000 });
  expect(mock.ledger.account(paymentKey)).toMatchObject({
    orderId,
    status: "PARTIAL_CANCELED",
    capturedAmount: 15_000,
    refundedAmount: 4_000,
    balanceAmount: 11_000,
  });
});

test("accounts_areToldOverHttp_withoutTheirRequests", async () => {
  const { paymentKey, orderId } = await paid(mock);
  await cancel(mock, paymentKey, { cancelAmount: 4_000 });
  const response = await fetch(`${mock.url}/mock/accounts`);
  const { accounts } = (await response.json()) as { accounts: { paymentKey: string }[] };
  expect(accounts.filter((account) => account.paymentKey === paymentKey)).toEqual([
    {
      paymentKey,
      orderId,
      status: "PARTIAL_CANCELED",
      capturedAmount: 15_000,
      refundedAmount: 4_000,
      balanceAmount: 11_000,
    } as object as (typeof accounts)[number],
  ]);
});

test("requests_tellKeyAndOutcome_everyRequestOfAnOrder", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "dropAfterSuccess" });
  await failureOf(confirm(mock, body, { key: "k1" }));
  await confirm(mock, body, { key: "k1" });
  await confirm(mock, body, { key: "k2" });
  const told = mock.ledger
    .requests({ orderId: body.orderId })
    .map(({ idempotencyKey, processed, replayed, fault, outcome, delivery }) =>
      [idempotencyKey, processed, replayed, fault, outcome?.code ?? outcome?.status, delivery].join(" "),
    );
  expect(told).toEqual([
    "k1 true false dropAfterSuccess 200 cut",
    "k1 false true  200 sent",
    "k2 true false  ALREADY_PROCESSED_PAYMENT sent",
  ]);
});

test("transactions_haveTheShapeOfATransactionList_approvalAndCancel", async () => {
  const { paymentKey, orderId } = await paid(mock, { customerKey: "customer-1" });
  const { json } = await cancel(mock, paymentKey, { cancelAmount: 4_000 });
  const [approval, refund] = mock.ledger.transactions({ orderId });
  expect(approval).toMatchObject({ kind: "approval", status: "DONE", amount: 15_000 });
  expect(refund).toEqual({
    kind: "cancel",
    mId: mock.mId,
    transactionKey: json.lastTransactionKey ?? "none",
    paymentKey,
    orderId,
    method: "카드",
    customerKey: "customer-1",
    useEscrow: false,
    receiptUrl: json.receipt?.url ?? "none",
    status: "PARTIAL_CANCELED",
    transactionAt: json.cancels?.[0]?.canceledAt ?? "none",
    currency: "KRW",
    amount: 4_000,
  });
  expect(refund?.transactionKey).not.toBe(approval?.transactionKey);
});

test("ledger_isReadable_overHttp", async () => {
  const { paymentKey, orderId } = await paid(mock);
  const { text } = await call(mock, `/mock/ledger?orderId=${orderId}`);
  const { payments, transactions, requests } = JSON.parse(text) as {
    payments: PaymentAccount[];
    transactions: Transaction[];
    requests: RequestEntry[];
  };
  expect(payments).toMatchObject([{ paymentKey, capturedAmount: 15_000, refundedAmount: 0 }]);
  expect(transactions.map(({ kind }) => kind)).toEqual(["approval"]);
  expect(requests.map(({ route }) => route)).toEqual(["confirm"]);
});

test("account_throws_unknownPayment", () => {
  expect(() => mock.ledger.account("nothing")).toThrow("The mock knows no payment nothing.");
});
