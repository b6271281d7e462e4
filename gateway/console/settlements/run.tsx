import type { RunRecord } from "../../../settlement/ports.ts";
import { Alert } from "../ui/alert.tsx";
import { Facts } from "../ui/facts.tsx";
import { formatCount, Money } from "../ui/money.tsx";
import { Panel } from "../ui/panel.tsx";
import { Time } from "../ui/time.tsx";
import { RunStatusChip } from "./status-chip.tsx";
import { settlementsText, weekday } from "./text.ts";

const Command = ({ date }: { date: string }) => <code>bun run settle --date {date}</code>;

/** How the poller read the day. */
export const Run = ({ date, run }: { date: string; run: RunRecord | null }) => {
  const words = settlementsText.value;
  if (!run) {
    return (
      <Alert tone="info" title={words.notPolled}>
        <p>
          {words.notPolledHint} <Command date={date} />
        </p>
      </Alert>
    );
  }
  const { status, startedAt, finishedAt, passes, totals } = run;
  return (
    <>
      {status === "mismatch" && (
        <Alert tone="warn" title={words.passesDiffer}>
          <p>
            {words.passesDifferHint} <Command date={date} />
          </p>
        </Alert>
      )}
      {totals !== undefined && totals.malformed > 0 && (
        <Alert tone="warn" title={words.malformedTitle(totals.malformed)}>
          <p>{words.malformedHint}</p>
        </Alert>
      )}
      <Panel title={`${words.run} ${date} ${weekday(date)}`} aside={<RunStatusChip status={status} />}>
        <Facts
          facts={[
            ...(totals
              ? [
                  { label: words.payOut, value: <Money krw={totals.payOutAmount} strong /> },
                  { label: words.amount, value: <Money krw={totals.amount} /> },
                  { label: words.fee, value: <Money krw={totals.fee} />, note: words.feeNote },
                  { label: words.rows, value: formatCount(totals.rows) },
                  { label: words.malformed, value: formatCount(totals.malformed) },
                ]
              : []),
            { label: words.passes, value: formatCount(passes) },
            { label: words.started, value: <Time at={startedAt} /> },
            {
              label: words.finished,
              value: finishedAt ? <Time at={finishedAt} /> : <span class="quiet">{words.stillRunning}</span>,
            },
          ]}
        />
      </Panel>
    </>
  );
};
