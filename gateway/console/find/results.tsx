import type { RefObject } from "preact";
import type { OrderView } from "../../schemas/order.ts";
import { paths } from "../route.ts";
import { StateChip } from "../ui/chip.tsx";
import { Money } from "../ui/money.tsx";
import { Time } from "../ui/time.tsx";
import { findText } from "./text.ts";

const steps: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => index - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Rows are links. Arrow keys walk through them; above the first, `onUp`. */
export const Results = ({
  orders,
  list,
  onUp,
}: {
  orders: readonly OrderView[];
  list: RefObject<HTMLUListElement | null>;
  onUp: () => void;
}) => {
  const words = findText.value;
  const onKeyDown = (event: KeyboardEvent): void => {
    const rows = [...(list.current?.querySelectorAll("a") ?? [])];
    const index = rows.indexOf(document.activeElement as HTMLAnchorElement);
    const step = steps[event.key];
    if (!step || index < 0) return;
    event.preventDefault();
    const next = step(index, rows.length);
    if (next < 0) onUp();
    else rows[next]?.focus();
  };
  return (
    <div class="results">
      <div class="result heads" aria-hidden="true">
        <span class="result-id">{words.order}</span>
        <span class="result-state">{words.state}</span>
        <span class="result-customer">{words.customer}</span>
        <span class="result-goods">{words.goods}</span>
        <span class="result-total">{words.total}</span>
        <span class="result-refunded">{words.refunded}</span>
        <span class="result-placed">{words.placed}</span>
      </div>
      <ul ref={list} aria-label={words.results} onKeyDown={onKeyDown}>
        {orders.map((order) => (
          <li key={order.orderId}>
            <Row order={order} />
          </li>
        ))}
      </ul>
    </div>
  );
};

const Row = ({ order }: { order: OrderView }) => {
  const words = findText.value;
  const { orderId, state, customer, lines, totalAmount, refundedAmount, placedAt } = order;
  const [first, ...others] = lines;
  return (
    <a class="result" href={paths.order(orderId)} data-order={orderId}>
      <span class="result-id mono">{orderId}</span>
      <span class="result-state">
        <StateChip state={state} bare />
      </span>
      <span class="result-customer">
        {customer.name} <span class="quiet">{customer.id}</span>
      </span>
      <span class="result-goods quiet">
        {first && (first.name ?? first.productId)}
        {others.length > 0 && ` ${words.others(others.length)}`}
      </span>
      <span class="result-total">
        <span class="unseen">{words.total} </span>
        <Money krw={totalAmount} strong />
      </span>
      <span class="result-refunded">
        {refundedAmount > 0 ? (
          <>
            <span class="result-word">{words.refunded} </span>
            <Money krw={refundedAmount} />
          </>
        ) : (
          <span class="none" aria-hidden="true">
            –
          </span>
        )}
      </span>
      <span class="result-placed">
        <Time at={placedAt} />
      </span>
    </a>
  );
};
