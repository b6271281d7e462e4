import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { OrderState } from "../../../machines/mod.ts";
import { isTypedOut } from "../days.ts";
import { stateNames } from "../i18n/names.ts";
import { paths } from "../route.ts";
import { Icon } from "../ui/icon.tsx";
import { changed, type Filters, isFiltered } from "./filters.ts";
import { findText } from "./text.ts";

/** The filters that hold, to see and to change. */
export const FilterRow = ({ filters }: { filters: Filters }) => {
  const words = findText.value;
  return (
    <div class="filters">
      <States filters={filters} />
      <div class="filter-line">
        <Day name="placedFrom" label={words.from} filters={filters} />
        <Day name="placedTo" label={words.to} filters={filters} />
        <Token name="customerId" label={words.customer} filters={filters} />
        <Token name="paymentKey" label={words.paymentKey} filters={filters} />
        {isFiltered(filters) && (
          <a class="button small" href={paths.find()}>
            {words.clear}
          </a>
        )}
      </div>
    </div>
  );
};

/** Links, so that each state can be opened beside the others too. */
const States = ({ filters }: { filters: Filters }) => {
  const names = Object.entries(stateNames.value) as [OrderState, string][];
  const row = useRef<HTMLElement>(null);
  // On a phone the row is wider than the screen.
  useEffect(() => {
    const chosen = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (row.current && chosen) row.current.scrollLeft = chosen.offsetLeft - row.current.clientWidth / 3;
  }, [filters.state]);
  return (
    <nav ref={row} class="state-row" aria-label={findText.value.states}>
      <ul>
        {names.map(([state, name]) => {
          const on = filters.state === state;
          return (
            <li key={state}>
              <a
                class="chip pick"
                data-state={state}
                title={state}
                href={changed(filters, { state: on ? undefined : state })}
                aria-current={on ? "true" : undefined}
              >
                <span class="dot" aria-hidden="true" />
                {name}
                {on && <Icon name="close" />}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
};

const Day = ({
  name,
  label,
  filters,
}: {
  name: "placedFrom" | "placedTo";
  label: string;
  filters: Filters;
}) => {
  const { route } = useLocation();
  return (
    <label class="day">
      <span>{label}</span>
      <input
        class="input"
        type="date"
        value={filters[name] ?? ""}
        min={name === "placedTo" ? filters.placedFrom : undefined}
        onChange={({ currentTarget: { value } }) => {
          if (isTypedOut(value)) route(changed(filters, { [name]: value || undefined }));
        }}
      />
    </label>
  );
};

const Token = ({
  name,
  label,
  filters,
}: {
  name: "customerId" | "paymentKey";
  label: string;
  filters: Filters;
}) =>
  filters[name] === undefined ? null : (
    <a
      class="token"
      href={changed(filters, { [name]: undefined })}
      aria-label={findText.value.remove(`${label} ${filters[name]}`)}
    >
      <span class="quiet">{label}</span> <span class="token-value">{filters[name]}</span>{" "}
      <Icon name="close" />
    </a>
  );
