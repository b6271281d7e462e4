import { expect, test } from "bun:test";
import type { AccountingTotals, Finding, Reconciliation } from "../../settlement/ports.ts";
import { accountingTable, reconciliationTable, won } from "../../settlement/reconcile/table.ts";

const report = (change: Partial<Reconciliation> = {}): Reconciliation => ({
  date: "2026-11-20",
  counts: {
    matched: 12_345,
    amountMismatch: 0,
    missingHere: 0,
    missingAtToss: 0,
    notYetDue: 7,
    feeMismatch: 0,
    payOutMismatch: 0,
  },
  tossAmount: 148_140_000,
  ourAmount: 148_140_000,
  findings: [],
  clean: true,
  ...change,
});

const finding: Finding = {
  status: "amountMismatch",
  orderId: "order-1",
  paymentKey: "payment-1",
  transactionKey: "tx-1",
  tossAmount: -11_000,
  ourAmount: -12_000,
  paidOutDate: "2026-11-20",
  message: "Toss settles -11000 KRW for a refund of -12000 KRW.",
};

/** The cells of the table's line that begins with `first`. */
const line = (text: string, first: string): string[] =>
  (text.split("\n").find((one) => one.split("│")[1]?.trim() === first) ?? "")
    .split("│")
    .slice(1, -1)
    .map((cell) => cell.trim());

test.each([
  [0, "₩0"],
  [12_000, "₩12,000"],
  [-12_000, "-₩12,000"],
  [1_234_567_890, "₩1,234,567,890"],
])("won_writes %i as %s", (amount, text) => {
  expect(won(amount)).toBe(text);
});

test("reconciliationTable_countsEachStatus_cleanDay", () => {
  const text = reconciliationTable(report());
  expect(text).toContain("Reconciliation of 2026-11-20");
  expect(line(text, "matched").slice(0, 2)).toEqual(["matched", "12,345"]);
  expect(line(text, "notYetDue").slice(0, 2)).toEqual(["notYetDue", "7"]);
  for (const status of Object.keys(report().counts)) expect(line(text, status)).toHaveLength(3);
  expect(text).toContain("Toss pays out ₩148,140,000 gross; we expected ₩148,140,000.");
  expect(text).toEndWith("Clean: every row is matched.");
});

test("reconciliationTable_showsTheFindings_andHowManyItDoesNotShow", () => {
  const counts = { ...report().counts, amountMismatch: 1, missingAtToss: 3 };
  const away: Finding = { ...finding, status: "missingAtToss", orderId: "order-2", tossAmount: null };
  const text = reconciliationTable(report({ counts, findings: [finding, away], clean: false }));
  expect(text).toContain("NOT CLEAN");
  expect(text).toContain("order-1");
  const row = text.split("\n").find((one) => one.includes("order-2"));
  expect(row?.split("│").map((cell) => cell.trim())).toEqual(
    expect.arrayContaining(["missingAtToss", "order-2", "tx-1", "-", "-₩12,000"]),
  );
  expect(text).toEndWith("and 2 more");
});

test("accountingTable_addsUp_severalIssuers", () => {
  const one = { rows: 2, amount: 10_000, fee: 225, supplyAmount: 205, vat: 20, payOutAmount: 9_775 };
  const totals: AccountingTotals[] = [
    { method: "카드", cardIssuerCode: "61", ...one },
    { method: "간편결제", cardIssuerCode: "", ...one, amount: -4_000 },
  ];
  const text = accountingTable(totals);
  expect(line(text, "카드")).toEqual(["카드", "61", "2", "₩10,000", "₩225", "₩205", "₩20", "₩9,775"]);
  expect(line(text, "all")).toEqual(["all", "", "4", "₩6,000", "₩450", "₩410", "₩40", "₩19,550"]);
  const widths = new Set(text.split("\n").map((row) => Bun.stringWidth(row)));
  expect(widths.size).toBe(1);
});
