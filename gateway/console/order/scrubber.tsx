import { useEffect } from "preact/hooks";
import type { HistoryEntryView } from "../../schemas/order.ts";
import { eventNames } from "../i18n/names.ts";
import { Icon } from "../ui/icon.tsx";
import { formatCount } from "../ui/money.tsx";
import { orderText } from "./text.ts";

interface Parts {
  readonly entries: readonly HistoryEntryView[];
  /** The step in front: a seq. */
  readonly seq: number;
  /** The newest. */
  readonly last: number;
  readonly onStep: (seq: number) => void;
}

/** Steps through the history: by hand, by keys anywhere on the page, and a step at a time. */
export const Scrubber = ({ entries, seq, last, onStep }: Parts) => {
  const words = orderText.value;
  const entry = entries[seq - 1];
  const step = (by: number) => onStep(Math.min(last, Math.max(1, seq + by)));

  useEffect(() => {
    const key = (press: KeyboardEvent) => {
      if (press.altKey || press.ctrlKey || press.metaKey || isTyping(press.target)) return;
      if (press.key === "ArrowLeft") step(-1);
      else if (press.key === "ArrowRight") step(1);
      else return;
      press.preventDefault();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  });

  return (
    <div class="scrubber">
      <button
        type="button"
        class="icon-button"
        aria-label={words.earlier}
        title={`${words.earlier} (←)`}
        disabled={seq <= 1}
        onClick={() => step(-1)}
      >
        <Icon name="left" />
      </button>
      <input
        type="range"
        min={1}
        max={last}
        value={seq}
        aria-label={words.scrub}
        aria-valuetext={entry && words.stepText(seq, eventNames.value[entry.type])}
        onInput={({ currentTarget }) => onStep(Number(currentTarget.value))}
      />
      <button
        type="button"
        class="icon-button"
        aria-label={words.later}
        title={`${words.later} (→)`}
        disabled={seq >= last}
        onClick={() => step(1)}
      >
        <Icon name="right" />
      </button>
      <output class="count">{words.step(formatCount(seq), formatCount(last))}</output>
    </div>
  );
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest("input, textarea, select, dialog, .table-scroll, .chart-frame[tabindex]") !== null;
