import { useLocation } from "preact-iso";
import type { SettlementDays } from "../../schemas/settlement.ts";
import { Alert } from "../ui/alert.tsx";
import { formatCount, Money } from "../ui/money.tsx";
import { Panel } from "../ui/panel.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { PayoutChart } from "./chart.tsx";
import { hrefOf, type Place, spans } from "./place.ts";
import { RunStatusChip } from "./status-chip.tsx";
import { settlementsText, weekday } from "./text.ts";

type Day = SettlementDays["days"][number];

/** The chart of payouts, and the same as a table. */
export const Payouts = ({
  days,
  place,
  date,
  busy,
}: {
  days: readonly Day[];
  place: Place;
  date: string;
  busy: boolean;
}) => {
  const words = settlementsText.value;
  const { route } = useLocation();
  const polled = days.some((day) => day.status !== null);
  return (
    <Panel
      title={words.payouts}
      aside={
        <nav class="segments" aria-label={words.spans}>
          {spans.map((span) => (
            <a
              key={span}
              href={hrefOf({ ...place, span })}
              aria-current={span === place.span ? "true" : undefined}
            >
              {words.span(span)}
            </a>
          ))}
        </nav>
      }
    >
      {polled ? (
        <div class="payout-panel" aria-busy={busy}>
          <PayoutChart
            days={days}
            date={date}
            onPick={(day) => route(hrefOf({ span: place.span, date: day }))}
          />
          <details class="as-table">
            <summary>{words.asTable}</summary>
            <Table
              caption={words.payoutRows}
              columns={columns(place)}
              rows={days.toReversed()}
              keyOf={(day) => day.date}
            />
          </details>
        </div>
      ) : (
        <Alert tone="info" title={words.nothingPolled}>
          <p>
            {words.nothingPolledHint} <code>bun run settle --date {date}</code>
          </p>
        </Alert>
      )}
    </Panel>
  );
};

const columns = (place: Place): Column<Day>[] => {
  const words = settlementsText.value;
  return [
    {
      key: "date",
      head: words.day,
      cell: ({ date }) => (
        <a class="count" href={hrefOf({ span: place.span, date })}>
          {date} <span class="quiet">{weekday(date)}</span>
        </a>
      ),
    },
    { key: "status", head: words.status, cell: ({ status }) => <RunStatusChip status={status} /> },
    { key: "rows", head: words.rows, numeric: true, cell: ({ rows }) => formatCount(rows) },
    { key: "amount", head: words.amount, numeric: true, cell: ({ amount }) => <Money krw={amount} /> },
    { key: "fee", head: words.fee, numeric: true, cell: ({ fee }) => <Money krw={fee} /> },
    {
      key: "payOut",
      head: words.payOut,
      numeric: true,
      cell: ({ payOutAmount }) => <Money krw={payOutAmount} strong />,
    },
  ];
};
