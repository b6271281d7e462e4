import type { OrderState } from "../../../machines/mod.ts";
import type { Fleet } from "../../schemas/fleet.ts";
import { stateNames } from "../i18n/names.ts";
import { paths } from "../route.ts";
import { formatCount } from "../ui/money.tsx";

/** The states with their orders as a list: on a phone, where the chart is more than fits at once. */
export const StateList = ({ counts }: { counts: Fleet["counts"] }) => (
  <ul class="state-list">
    {(Object.entries(counts) as [OrderState, number][]).map(([state, count]) => (
      <li key={state}>
        <a href={paths.find({ state })} data-state={state} class={count === 0 ? "none" : undefined}>
          <span class="dot" aria-hidden="true" />
          <span>{stateNames.value[state]}</span>
          <span class="count">{formatCount(count)}</span>
        </a>
      </li>
    ))}
  </ul>
);
