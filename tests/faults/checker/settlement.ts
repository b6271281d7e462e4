import { rowKeyOf, type SettlementRow } from "../../../settlement/row.ts";
import { type Check, type SettledDay, violationsOf } from "./evidence.ts";

/** Each row that the provider settles is in each of the three ledgers once, and nothing else is. */
export const checkSettlement: Check = ({ days }) => violationsOf("settlement", days.flatMap(problemsOf));

const problemsOf = ({ date, status, truth, settlementLedger, orderLedger, accounting }: SettledDay) => {
  const problems: { about: string; message: string; shown: unknown }[] = [];
  const tell = (message: string, shown: unknown) => problems.push({ about: date, message, shown });
  if (status !== "complete") tell(`the run of the day is ${status}`, {});

  const expected = new Map(truth.map((row) => [rowKeyOf(row), row]));
  const loaded = Map.groupBy(settlementLedger, rowKeyOf);
  const lost = [...expected.keys()].filter((key) => !loaded.has(key));
  if (lost.length > 0) tell(`${lost.length} rows are not in the settlement ledger`, lost.slice(0, 3));
  for (const [key, rows] of loaded) {
    const row = expected.get(key);
    if (!row) tell("the settlement ledger has a row that the provider has not", rows);
    else if (rows.length > 1) tell(`the settlement ledger has a row ${rows.length} times`, rows);
    else if (!Bun.deepEquals(rows[0], row))
      tell("the settlement ledger has another row", { row, ledger: rows[0] });
  }
  const wrong = truth.filter(({ transactionKey }) => orderLedger.get(transactionKey) !== 1);
  if (wrong.length > 0) {
    const shown = wrong.slice(0, 3).map((row) => [rowKeyOf(row), orderLedger.get(row.transactionKey) ?? 0]);
    tell(`${wrong.length} rows are not in the order ledger once`, shown);
  }
  const totals = sumOf(accounting);
  const wanted = {
    rows: truth.length,
    amount: sum(truth),
    payOutAmount: truth.reduce((all, row) => all + row.payOutAmount, 0),
  };
  if (!Bun.deepEquals(totals, wanted)) tell("accounting adds up to something else", { totals, wanted });
  return problems;
};

const sum = (rows: readonly SettlementRow[]): number => rows.reduce((all, { amount }) => all + amount, 0);

const sumOf = (accounting: SettledDay["accounting"]) =>
  accounting.reduce(
    (all, one) => ({
      rows: all.rows + one.rows,
      amount: all.amount + one.amount,
      payOutAmount: all.payOutAmount + one.payOutAmount,
    }),
    { rows: 0, amount: 0, payOutAmount: 0 },
  );
