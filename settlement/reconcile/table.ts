import Table from "cli-table3";
import type { Krw } from "../../machines/mod.ts";
import type { AccountingTotals, Finding, Reconciliation } from "../ports.ts";

/** @example won(-12000) // "-₩12,000" */
export const won = (amount: Krw): string =>
  `${amount < 0 ? "-" : ""}₩${Math.abs(amount).toLocaleString("en-US")}`;

/** What each count means, in the order of the report. */
const statuses: Readonly<Record<keyof Reconciliation["counts"], string>> = {
  matched: "a row and our transaction of the same amount",
  amountMismatch: "a row and our transaction of other amounts",
  missingHere: "a row that no transaction of ours has",
  missingAtToss: "due on this day, and no row has it",
  notYetDue: "paid out on a later day",
  feeMismatch: "a row whose fees are not its supplyAmount and vat",
  payOutMismatch: "a row whose payOutAmount is not its amount less its fees",
};

const plain = { style: { head: [], border: [] } };

/** The report as text of tables, for a terminal. As JSON it is the object itself. */
export const reconciliationTable = (report: Reconciliation): string => {
  const { date, counts, tossAmount, ourAmount, findings, clean } = report;
  const summary = new Table({
    ...plain,
    head: [`Reconciliation of ${date}`, "count", "what it is"],
    colAligns: ["left", "right", "left"],
  });
  for (const [status, meaning] of Object.entries(statuses)) {
    summary.push([status, counts[status as keyof typeof counts].toLocaleString("en-US"), meaning]);
  }
  const sums = `Toss pays out ${won(tossAmount)} gross; we expected ${won(ourAmount)}.`;
  const verdict = clean ? "Clean: every row is matched." : "NOT CLEAN: see the findings.";
  const parts = [summary.toString(), sums, verdict];
  if (findings.length > 0) parts.push(findingsTable(findings), more(counts, findings.length));
  return parts.filter((part) => part !== "").join("\n");
};

const findingsTable = (findings: readonly Finding[]): string => {
  const table = new Table({
    ...plain,
    head: ["finding", "order", "transaction", "Toss", "ours", "what"],
    colAligns: ["left", "left", "left", "right", "right", "left"],
    wordWrap: true,
    colWidths: [null, null, null, null, null, 50],
  });
  for (const { status, orderId, transactionKey, tossAmount, ourAmount, message } of findings) {
    table.push([status, orderId, transactionKey ?? "", amountOf(tossAmount), amountOf(ourAmount), message]);
  }
  return table.toString();
};

const amountOf = (amount: Krw | null): string => (amount === null ? "-" : won(amount));

/** How many findings the report does not show. */
const more = ({ matched: _, notYetDue: __, ...wrong }: Reconciliation["counts"], shown: number): string => {
  const hidden = Object.values(wrong).reduce((total, count) => total + count, 0) - shown;
  return hidden > 0 ? `and ${hidden.toLocaleString("en-US")} more` : "";
};

/** A day's sums as a table with their totals. */
export const accountingTable = (totals: readonly AccountingTotals[]): string => {
  const table = new Table({
    ...plain,
    head: ["method", "issuer", "rows", "amount", "fee", "supply", "VAT", "pay-out"],
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "right"],
  });
  const line = (one: Omit<AccountingTotals, "method" | "cardIssuerCode">): string[] => [
    one.rows.toLocaleString("en-US"),
    ...[one.amount, one.fee, one.supplyAmount, one.vat, one.payOutAmount].map(won),
  ];
  for (const one of totals) table.push([one.method, one.cardIssuerCode, ...line(one)]);
  const sum = (pick: (one: AccountingTotals) => number) =>
    totals.reduce((total, one) => total + pick(one), 0);
  table.push([
    "all",
    "",
    ...line({
      rows: sum(({ rows }) => rows),
      amount: sum(({ amount }) => amount),
      fee: sum(({ fee }) => fee),
      supplyAmount: sum(({ supplyAmount }) => supplyAmount),
      vat: sum(({ vat }) => vat),
      payOutAmount: sum(({ payOutAmount }) => payOutAmount),
    }),
  ]);
  return table.toString();
};
