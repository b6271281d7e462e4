import type { SettlementDays } from "../../schemas/settlement.ts";
import { Money } from "../ui/money.tsx";
import { RunStatusChip } from "./status-chip.tsx";
import { settlementsText, weekday } from "./text.ts";

type Day = SettlementDays["days"][number];

/** The day that is pointed at, in figures. */
export const Readout = ({ day }: { day: Day }) => {
  const words = settlementsText.value;
  return (
    <>
      <strong class="count">
        {day.date} <span class="quiet">{weekday(day.date)}</span>
      </strong>
      <RunStatusChip status={day.status} />
      {day.status !== null && (
        <>
          <span>
            <span class="quiet">{words.payOut}</span> <Money krw={day.payOutAmount} strong />
          </span>
          <span>
            <span class="quiet">{words.fee}</span> <Money krw={day.fee} />
          </span>
          <span class="count">{words.rowCount(day.rows)}</span>
        </>
      )}
    </>
  );
};

/** What the colors of the bars mean, where there is more than one. */
export const Legend = ({ days }: { days: readonly Day[] }) => {
  const words = settlementsText.value;
  const kinds = (["complete", "running", "mismatch"] as const).filter((status) =>
    days.some((day) => day.status === status),
  );
  if (kinds.length < 2) return null;
  return (
    <ul class="payout-legend" aria-hidden="true">
      {kinds.map((status) => (
        <li key={status} data-status={status}>
          <span class="payout-swatch" />
          {words.runStatus[status]}
        </li>
      ))}
    </ul>
  );
};
