import type { Reconciliation, SettlementDay } from "../../../settlement/ports.ts";
import { formatCount, formatKrw, Money } from "../ui/money.tsx";
import { narrow } from "../ui/narrow.ts";
import { Panel } from "../ui/panel.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { settlementsText } from "./text.ts";

/** What one of them says of the day; undefined where it does not say. */
interface Department {
  readonly name: string;
  readonly amount: number;
  readonly rows?: number;
  readonly fee?: number;
  readonly payOutAmount?: number;
}

const sumOf = (
  accounting: SettlementDay["accounting"],
  part: "rows" | "amount" | "fee" | "payOutAmount",
): number => accounting.reduce((sum, row) => sum + row[part], 0);

const departmentsOf = ({ run, accounting }: SettlementDay, report: Reconciliation | undefined) => {
  const words = settlementsText.value;
  const books: Department = {
    name: words.accountingLedger,
    rows: sumOf(accounting, "rows"),
    amount: sumOf(accounting, "amount"),
    fee: sumOf(accounting, "fee"),
    payOutAmount: sumOf(accounting, "payOutAmount"),
  };
  return [
    ...(run?.totals ? [{ ...run.totals, name: words.poller }] : []),
    ...(report ? [{ name: words.settlementLedger, amount: report.tossAmount }] : []),
    books,
    ...(report ? [{ name: words.orderLedger, amount: report.ourAmount }] : []),
  ] satisfies Department[];
};

/** The same money in each book: the first one is what the others are held to. */
export const Departments = ({ day, report }: { day: SettlementDay; report: Reconciliation | undefined }) => {
  const words = settlementsText.value;
  const departments = departmentsOf(day, report);
  const due = departments[0]?.amount ?? 0;
  return (
    <Panel title={words.departments} flush>
      <Table
        caption={words.departmentRows}
        columns={columns(due)}
        rows={departments}
        keyOf={({ name }) => name}
      />
    </Panel>
  );
};

const columns = (due: number): Column<Department>[] => {
  const words = settlementsText.value;
  const orNothing = (value: number | undefined, show: (value: number) => preact.ComponentChildren) =>
    value === undefined ? <span class="quiet">–</span> : show(value);
  return [
    { key: "name", head: words.department, cell: ({ name }) => name },
    { key: "rows", head: words.rows, numeric: true, cell: ({ rows }) => orNothing(rows, formatCount) },
    {
      key: "amount",
      head: words.amount,
      numeric: true,
      cell: ({ amount }, index) => (
        <>
          <Money krw={amount} strong />
          {narrow.value && index > 0 && (
            <div>
              <Verdict by={amount - due} />
            </div>
          )}
        </>
      ),
    },
    {
      key: "payOut",
      head: words.payOut,
      numeric: true,
      cell: ({ payOutAmount }) => orNothing(payOutAmount, (krw) => <Money krw={krw} />),
    },
    ...(narrow.value ? [] : [verdict(due)]),
  ];
};

const verdict = (due: number): Column<Department> => ({
  key: "verdict",
  head: <span class="unseen">{settlementsText.value.agrees}</span>,
  cell: ({ amount }, index) => index > 0 && <Verdict by={amount - due} />,
});

const Verdict = ({ by }: { by: number }) => {
  const words = settlementsText.value;
  return by === 0 ? (
    <span class="verdict good">{words.agrees}</span>
  ) : (
    <span class="verdict bad">{words.differs(formatKrw(by))}</span>
  );
};
