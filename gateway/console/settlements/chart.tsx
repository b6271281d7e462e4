import { useRef, useState } from "preact/hooks";
import type { SettlementDays } from "../../schemas/settlement.ts";
import { lang } from "../i18n/lang.ts";
import { formatCount, formatKrw, Money } from "../ui/money.tsx";
import { narrow } from "../ui/narrow.ts";
import { scaleOf } from "./scale.ts";
import { RunStatusChip } from "./status-chip.tsx";
import { settlementsText, weekday } from "./text.ts";

type Day = SettlementDays["days"][number];

const HEIGHT = 220;
const INSET = 12;

/** What Toss pays out on each day, as bars. One stop of the Tab key: arrows walk the days, Enter picks one. */
export const PayoutChart = ({
  days,
  date,
  onPick,
}: {
  days: readonly Day[];
  date: string;
  onPick: (date: string) => void;
}) => {
  const words = settlementsText.value;
  const [pointed, setPointed] = useState<string>();
  const plot = useRef<SVGSVGElement>(null);
  const scale = scaleOf(
    days.map((day) => day.payOutAmount),
    HEIGHT,
    INSET,
  );
  const shown = days.find((day) => day.date === (pointed ?? date));
  const label = words.chartLabel(days[0]?.date ?? "", days.at(-1)?.date ?? "");
  const stop = days.some((day) => day.date === date) ? date : days.at(-1)?.date;

  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    const next = steps[event.key]?.(index, days.length);
    const day = days[index];
    if (next !== undefined) {
      event.preventDefault();
      plot.current?.querySelectorAll<SVGGElement>("[role=option]")[next]?.focus();
    } else if (day && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      onPick(day.date);
    }
  };

  return (
    <figure class="payouts">
      <figcaption class="payout-readout">{shown ? <Readout day={shown} /> : words.pointAt}</figcaption>
      <div class="payout-plot">
        <svg class="payout-axis" width="64" height={HEIGHT} aria-hidden="true">
          {scale.ticks.map((tick) => (
            <text key={tick} x="100%" dx="-8" y={scale.y(tick) + 4} text-anchor="end">
              {compact(tick)}
            </text>
          ))}
        </svg>
        <svg ref={plot} class="payout-bars" width="100%" height={HEIGHT} role="none">
          {scale.ticks.map((tick) => (
            <line
              key={tick}
              class={tick === 0 ? "payout-zero" : "payout-line"}
              x1="0"
              x2="100%"
              y1={scale.y(tick) + 0.5}
              y2={scale.y(tick) + 0.5}
            />
          ))}
          <g role="listbox" aria-label={label} aria-orientation="horizontal">
            {days.map((day, index) => (
              <g
                key={day.date}
                class="payout-day"
                role="option"
                tabIndex={day.date === stop ? 0 : -1}
                aria-selected={day.date === date}
                aria-label={labelOf(day)}
                data-status={day.status ?? "none"}
                onClick={() => onPick(day.date)}
                onKeyDown={(event) => onKeyDown(event, index)}
                onPointerEnter={() => setPointed(day.date)}
                onPointerLeave={() => setPointed(undefined)}
                onFocus={() => setPointed(day.date)}
                onBlur={() => setPointed(undefined)}
              >
                <Bar day={day} index={index} count={days.length} y={scale.y} />
              </g>
            ))}
          </g>
        </svg>
      </div>
      <Dates days={days} />
      <Legend days={days} />
    </figure>
  );
};

const steps: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowRight: (index, count) => Math.min(index + 1, count - 1),
  ArrowLeft: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Shares of the width, so that the bars fit every screen and the letters keep their shape. */
const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

const Bar = ({
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

const Dates = ({ days }: { days: readonly Day[] }) => {
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

const Readout = ({ day }: { day: Day }) => {
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
          <span class="count">{words.rowCount(formatCount(day.rows))}</span>
        </>
      )}
    </>
  );
};

const Legend = ({ days }: { days: readonly Day[] }) => {
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

const labelOf = ({ date, status, rows, payOutAmount }: Day): string => {
  const words = settlementsText.value;
  const name = words.runStatus[status ?? "none"];
  if (status === null) return `${date}, ${name}`;
  return `${date}, ${words.payOut} ${formatKrw(payOutAmount)}, ${words.rowCount(formatCount(rows))}, ${name}`;
};

const compact = (krw: number): string =>
  `${krw < 0 ? "-" : ""}₩${new Intl.NumberFormat(lang.value, { notation: "compact" }).format(Math.abs(krw))}`;
