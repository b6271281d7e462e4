import { StateChip } from "../ui/chip.tsx";
import { Icon } from "../ui/icon.tsx";
import { Money } from "../ui/money.tsx";
import type { Filters } from "./filters.ts";
import { findText } from "./text.ts";
import type { Hit } from "./use-hits.ts";

/** Where a hit leads. */
export const HitLine = ({ hit: { meaning, order } }: { hit: Hit }) => {
  const words = findText.value;
  if (meaning.kind === "order") {
    return (
      <>
        <Icon name="right" />
        <span class="hit-kind">{words.open}</span>
        <span class="hit-what mono">{meaning.orderId}</span>
        {order && (
          <>
            <StateChip state={order.state} bare />
            <Money krw={order.totalAmount} />
          </>
        )}
      </>
    );
  }
  return (
    <>
      <Icon name="orders" />
      <FilterWords filters={meaning.filters} />
    </>
  );
};

const FilterWords = ({ filters }: { filters: Filters }) => {
  const words = findText.value;
  const { state, customerId, paymentKey, placedFrom, placedTo } = filters;
  return (
    <span class="hit-what">
      {customerId !== undefined && (
        <span>
          <span class="hit-kind">{words.customer}</span> {customerId}
        </span>
      )}
      {paymentKey !== undefined && (
        <span>
          <span class="hit-kind">{words.paymentKey}</span> <span class="mono">{paymentKey}</span>
        </span>
      )}
      {state !== undefined && (
        <span>
          <span class="hit-kind">{words.state}</span> <StateChip state={state} />
        </span>
      )}
      {(placedFrom ?? placedTo) !== undefined && (
        <span>
          <span class="hit-kind">{words.placed}</span>{" "}
          {placedFrom === placedTo ? placedFrom : `${placedFrom ?? ""} – ${placedTo ?? ""}`}
        </span>
      )}
    </span>
  );
};
