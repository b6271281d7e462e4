import { useRef, useState } from "preact/hooks";
import type { SettlementDays } from "../../schemas/settlement.ts";
import { lang } from "../i18n/lang.ts";
import { formatKrw } from "../ui/money.tsx";
import { Bar } from "./bar.tsx";
import { Dates } from "./dates.tsx";
import { Legend, Readout } from "./readout.tsx";
import { HEIGHT, scaleOf } from "./scale.ts";
import { settlementsText } from "./text.ts";

type Day = SettlementDays["days"][number];

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
  const scale = scaleOf(days.map((day) => day.payOutAmount));
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

const labelOf = ({ date, status, rows, payOutAmount }: Day): string => {
  const words = settlementsText.value;
  const name = words.runStatus[status ?? "none"];
  if (status === null) return `${date}, ${name}`;
  return `${date}, ${words.payOut} ${formatKrw(payOutAmount)}, ${words.rowCount(rows)}, ${name}`;
};

const compact = (krw: number): string =>
  `${krw < 0 ? "-" : ""}₩${new Intl.NumberFormat(lang.value, { notation: "compact" }).format(Math.abs(krw))}`;
