import type { SettlementDays } from "../../schemas/settlement.ts";
import { HEIGHT } from "./scale.ts";

type Day = SettlementDays["days"][number];

/** Shares of the width, so that the bars fit every screen and the letters keep their shape. */
export const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

/** A day's payout, from the line of zero up or down, in the slot that takes the pointer. */
export const Bar = ({
  day,
  index,
  count,
  y,
}: {
  day: Day;
  index: number;
  count: number;
  y: (amount: number) => number;
}) => {
  const zero = y(0);
  const end = y(day.payOutAmount);
  // What is too small to be seen must not look like nothing.
  const height = day.payOutAmount === 0 ? 1 : Math.max(Math.abs(zero - end), 2);
  const top = day.payOutAmount < 0 ? zero : zero - height;
  return (
    <>
      <rect class="payout-slot" x={percent(index / count)} y="0" width={percent(1 / count)} height={HEIGHT} />
      {day.status !== null && (
        <rect
          class="payout-bar"
          x={percent((index + 0.16) / count)}
          y={top}
          width={percent(0.68 / count)}
          height={height}
          rx="1.5"
        />
      )}
      {day.status === "mismatch" && (
        <text class="payout-mark" x={percent((index + 0.5) / count)} y={top - 3} text-anchor="middle">
          !
        </text>
      )}
    </>
  );
};
