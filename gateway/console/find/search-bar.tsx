import type { RefObject } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { OrderState } from "../../../machines/mod.ts";
import { stateNames } from "../i18n/names.ts";
import { shell } from "../i18n/shell.ts";
import { paths } from "../route.ts";
import { Icon } from "../ui/icon.tsx";
import { changed, type Filters } from "./filters.ts";
import { HitLine } from "./hit-line.tsx";
import { findText } from "./text.ts";
import { understand } from "./understand.ts";
import { type Hit, useHits } from "./use-hits.ts";

/** One field for whatever is known of an order. `onDown` is told when the results are to be walked through. */
export const SearchBar = ({
  field,
  filters,
  onDown,
}: {
  field: RefObject<HTMLInputElement | null>;
  filters: Filters;
  onDown: () => void;
}) => {
  const words = findText.value;
  const { route } = useLocation();
  const id = useId();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const states = new Map(
    Object.entries(stateNames.value).map(([code, name]) => [code as OrderState, [name]]),
  );
  const { hits, looking, away, now } = useHits(understand(text, states));
  const shown = open && text.trim() !== "";
  const active = Math.min(chosen, hits.length - 1);
  useSlash(field);

  const go = (hit: Hit | undefined): void => {
    if (!hit) return;
    setText("");
    setOpen(false);
    const { meaning } = hit;
    route(meaning.kind === "order" ? paths.order(meaning.orderId) : changed(filters, meaning.filters));
  };

  const noteOf = (): string => {
    if (looking) return words.looking;
    if (hits.length > 0) return words.keys;
    return away ? shell.value.away : words.unknown(text.trim());
  };

  const onKeyDown = async (event: KeyboardEvent): Promise<void> => {
    if (event.isComposing) return;
    switch (event.key) {
      case "ArrowDown":
        event.preventDefault();
        if (!shown) onDown();
        else setChosen(Math.min(active + 1, hits.length - 1));
        break;
      case "ArrowUp":
        event.preventDefault();
        setChosen(Math.max(active - 1, 0));
        break;
      case "Enter":
        event.preventDefault();
        go(looking ? (await now())[0] : hits[active]);
        break;
      case "Escape":
        setText("");
        setOpen(false);
        break;
    }
  };

  return (
    <search class="search">
      <Icon name="search" />
      <input
        ref={field}
        class="search-input"
        type="text"
        role="combobox"
        aria-label={words.search}
        aria-expanded={shown}
        aria-controls={`${id}-hits`}
        aria-autocomplete="list"
        aria-activedescendant={shown && hits[active] ? `${id}-${active}` : undefined}
        placeholder={words.placeholder}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <span class="search-key" aria-hidden="true">
        /
      </span>
      <div class="hits" hidden={!shown}>
        <div role="listbox" id={`${id}-hits`} aria-label={words.hits}>
          {hits.map((hit, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: as above, by aria-activedescendant
            <div
              key={JSON.stringify(hit.meaning)}
              id={`${id}-${index}`}
              class="hit"
              role="option"
              aria-selected={index === active}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setChosen(index)}
              onClick={() => go(hit)}
            >
              <HitLine hit={hit} />
            </div>
          ))}
        </div>
        <p class="hits-note" role="status">
          {shown && noteOf()}
        </p>
      </div>
    </search>
  );
};

/** `/` goes to the field from anywhere in the view, unless something is being typed already. */
const useSlash = (field: RefObject<HTMLInputElement | null>): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest("input, textarea, select, dialog")) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
};
