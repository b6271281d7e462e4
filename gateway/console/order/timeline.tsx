import { useEffect, useRef, useState } from "preact/hooks";
import type { HistoryEntryView } from "../../schemas/order.ts";
import { eventNames, nameOf, roleNames, stateNames } from "../i18n/names.ts";
import { formatCount, formatKrw } from "../ui/money.tsx";
import { Time } from "../ui/time.tsx";
import { orderText } from "./text.ts";

/** Rows are of one height, so that of ten thousand only those in sight need to exist. px; the stylesheet's is the same. */
const ROW = 54;
const SPARE = 6;
/** No taller than the stylesheet lets it be. px */
const VIEW = 560;

interface Parts {
  /** Oldest first; shown newest first. */
  readonly entries: readonly HistoryEntryView[];
  readonly seq: number;
  readonly onStep: (seq: number) => void;
}

export const Timeline = ({ entries, seq, onStep }: Parts) => {
  const room = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const end = Math.min(entries.length, Math.ceil((top + VIEW) / ROW) + SPARE);
  const shown = [];
  for (let place = first; place < end; place += 1) {
    const entry = entries[entries.length - 1 - place];
    if (entry) shown.push({ entry, place });
  }

  useEffect(() => {
    const box = room.current;
    if (!box) return;
    const y = (entries.length - seq) * ROW;
    if (y < box.scrollTop) box.scrollTop = y;
    else if (y + ROW > box.scrollTop + box.clientHeight) box.scrollTop = y + ROW - box.clientHeight;
  }, [seq, entries.length]);

  return (
    <section
      class="timeline"
      ref={room}
      aria-label={orderText.value.steps}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <ol style={{ height: `${entries.length * ROW}px` }}>
        {shown.map(({ entry, place }) => (
          <li
            key={entry.seq}
            style={{ transform: `translateY(${place * ROW}px)` }}
            aria-setsize={entries.length}
            aria-posinset={place + 1}
            class={entry.seq > seq ? "later" : undefined}
          >
            <button
              type="button"
              class="moment"
              data-state={entry.to}
              aria-current={entry.seq === seq ? "step" : undefined}
              onClick={() => onStep(entry.seq)}
            >
              <Entry entry={entry} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
};

const Entry = ({ entry }: { entry: HistoryEntryView }) => (
  <>
    <span class="moment-dot" aria-hidden="true" />
    <span class="moment-name" title={entry.type}>
      {eventNames.value[entry.type]}
      {about(entry.data).map((word) => (
        <span key={word} class="moment-data">
          {word}
        </span>
      ))}
    </span>
    <span class="moment-seq">{formatCount(entry.seq)}</span>
    <span class="moment-note">
      <Time at={entry.at} /> · <span title={entry.actor.id}>{nameOf(roleNames.value, entry.actor.role)}</span>
      {entry.from !== entry.to && <span class="moment-to"> → {stateNames.value[entry.to]}</span>}
    </span>
  </>
);

/** What is worth saying of an event's data in a word or two. */
const about = ({ cancellationId, amount, code }: Readonly<Record<string, unknown>>): string[] => [
  ...(typeof cancellationId === "string" ? [`#${cancellationId}`] : []),
  ...(typeof amount === "number" ? [formatKrw(amount)] : []),
  ...(typeof code === "string" ? [code] : []),
];
