import type { SettlementDays } from "../../schemas/settlement.ts";
import { narrow } from "../ui/narrow.ts";
import { percent } from "./bar.tsx";

type Day = SettlementDays["days"][number];

/** The days under the bars, as many as have room. */
export const Dates = ({ days }: { days: readonly Day[] }) => {
  const every = Math.ceil(days.length / (narrow.value ? 5 : 10));
  return (
    <svg class="payout-dates" width="100%" height="16" aria-hidden="true">
      {days.map(({ date }, index) =>
        (days.length - 1 - index) % every === Math.floor(every / 2) ? (
          <text
            key={date}
            class="payout-date"
            x={percent((index + 0.5) / days.length)}
            y="12"
            text-anchor="middle"
          >
            {date.slice(5)}
          </text>
        ) : null,
      )}
    </svg>
  );
};
