import type { AccountingTotals } from "../../../settlement/ports.ts";
import { formatCount, Money } from "../ui/money.tsx";
import { narrow } from "../ui/narrow.ts";
import { Panel } from "../ui/panel.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Issuer } from "./issuer.tsx";
import { settlementsText } from "./text.ts";

/** What accounting adds up, by method and card issuer, the largest payout first. */
export const Accounting = ({ accounting }: { accounting: readonly AccountingTotals[] }) => {
  const words = settlementsText.value;
  const rows = accounting.toSorted((a, b) => b.payOutAmount - a.payOutAmount);
  return (
    <Panel title={words.byMethod} flush>
      {rows.length === 0 ? (
        <p class="empty">{words.noAccounting}</p>
      ) : (
        <Table
          caption={words.methodRows}
          columns={columns()}
          rows={rows}
          keyOf={({ method, cardIssuerCode }) => `${method} ${cardIssuerCode}`}
        />
      )}
    </Panel>
  );
};

const columns = (): Column<AccountingTotals>[] => {
  const words = settlementsText.value;
  const money = (key: "amount" | "fee" | "vat" | "payOutAmount", head: string): Column<AccountingTotals> => ({
    key,
    head,
    numeric: true,
    cell: (row) => <Money krw={row[key]} strong={key === "payOutAmount"} />,
  });
  const payOut = money("payOutAmount", words.payOut);
  const parts = [money("amount", words.amount), money("fee", words.fee), money("vat", words.vat)];
  return [
    {
      key: "method",
      head: words.method,
      cell: ({ method, cardIssuerCode }) => (
        <>
          <span lang="ko">{method}</span> <Issuer code={cardIssuerCode} />
        </>
      ),
    },
    { key: "rows", head: words.rows, numeric: true, cell: ({ rows }) => formatCount(rows) },
    // On a phone what matters most is to be seen without moving the table.
    ...(narrow.value ? [payOut, ...parts] : [...parts, payOut]),
  ];
};
