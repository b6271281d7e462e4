import { useMemo, useRef, useState } from "preact/hooks";
import { createPast } from "../../../machines/order/past.ts";
import type { OrderView } from "../../schemas/order.ts";
import type { Told } from "../api/command.ts";
import { type Resource, useResource } from "../api/resource.ts";
import type { PlacedChart } from "../chart/shape.ts";
import { useOrderChart } from "../chart/use-chart.ts";
import { shell } from "../i18n/shell.ts";
import { paths } from "../route.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { StateChip } from "../ui/chip.tsx";
import { Copy } from "../ui/copy.tsx";
import { Page } from "../ui/page.tsx";
import { Panel } from "../ui/panel.tsx";
import { Actions } from "./actions.tsx";
import { AsItWas } from "./as-it-was.tsx";
import { Cancellations } from "./cancellations.tsx";
import { Lines } from "./lines.tsx";
import { momentOf } from "./moment.ts";
import { OrderChart } from "./order-chart.tsx";
import { OrderFacts } from "./order-facts.tsx";
import { Outcome } from "./outcome.tsx";
import { Payments } from "./payments.tsx";
import { Scrubber } from "./scrubber.tsx";
import { Settled } from "./settled.tsx";
import { orderText } from "./text.ts";
import { Timeline } from "./timeline.tsx";
import { useAt } from "./use-at.ts";
import { useDueEffects } from "./use-due-effects.ts";
import { type OrderHistory, useHistory } from "./use-history.ts";
import { Waiting } from "./waiting.tsx";

/** News of an order come in bursts; it is read again once a burst. ms */
const BURST = 120;

/** One order: as it stands now and live, or as it was at a step of its history. */
export const OneOrder = ({ orderId }: { orderId: string }) => {
  const { data: order, trouble, reload } = useResource<OrderView>(`/orders/${encodeURIComponent(orderId)}`);
  const placed = useOrderChart();
  const burst = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { history, retry } = useHistory(order?.orderId, () => {
    burst.current ??= setTimeout(() => {
      burst.current = undefined;
      reload();
    }, BURST);
  });
  useDueEffects(order, reload);
  return (
    <Page
      title={orderId}
      heading={
        <span class="order-heading">
          <span class="order-id">{orderId}</span>
          <Copy text={orderId} />
        </span>
      }
    >
      {trouble && (
        <>
          <TroubleAlert trouble={trouble} onRetry={reload} />
          <p class="ways">
            <a href={paths.find()}>{shell.value.toOrders}</a>
          </p>
        </>
      )}
      {!order && !trouble && <Loading />}
      {order && <Loaded order={order} history={history.value} onRetry={retry} placed={placed} />}
    </Page>
  );
};

interface LoadedParts {
  readonly order: OrderView;
  readonly history: OrderHistory;
  /** Reads the history on. */
  readonly onRetry: () => void;
  readonly placed: Resource<PlacedChart>;
}

const Loaded = ({ order, history, onRetry, placed }: LoadedParts) => {
  const words = orderText.value;
  const [told, setTold] = useState<Told>();
  const { at, go } = useAt(order.orderId);
  const { entries } = history;
  const known = entries.at(-1)?.seq ?? 0;
  const last = Math.max(known, order.seq);
  const past = useMemo(() => createPast(order, entries), [order, entries]);
  const step = (seq: number) => go(seq >= last ? undefined : seq);
  const trouble = history.trouble && <TroubleAlert trouble={history.trouble} onRetry={onRetry} />;

  // What is not read yet can't be told, and must not look like an order that nothing has happened to.
  if (at !== undefined && at < last && at > known) {
    return trouble ?? <Loading />;
  }
  const present = at === undefined || at >= last;
  const seq = present ? last : at;
  // The order and its history are read apart: whichever is newer tells how things stand now.
  const shown = present && order.seq >= known ? momentOf(order) : past.at(seq);
  return (
    <>
      <section class="order-head" aria-label={words.order}>
        <div class="order-state">
          <StateChip state={shown.state} />
          {present && <Actions order={order} onTold={setTold} />}
        </div>
        <OrderFacts order={order} shown={shown} />
      </section>
      {!present && <AsItWas seq={seq} at={shown.at} onNow={() => go(undefined)} />}
      {present && told && told.is !== "sending" && <Outcome told={told} />}
      <OrderChart
        placed={placed}
        state={shown.state}
        entries={entries}
        seq={seq}
        scrubber={entries.length > 0 && <Scrubber entries={entries} seq={seq} last={last} onStep={step} />}
      />
      <div class="order-grid">
        <div class="order-column">
          <Lines lines={shown.lines} />
          <Cancellations cancellations={shown.cancellations} order={order} present={present} />
          <Payments payments={shown.payments} order={order} />
        </div>
        <div class="order-column">
          <Waiting order={order} present={present} />
          <Panel title={words.timeline} aside={words.entries(last)} flush>
            {trouble}
            <Timeline entries={entries} seq={seq} onStep={step} />
          </Panel>
          <Settled orderId={order.orderId} />
        </div>
      </div>
    </>
  );
};

const Loading = () => (
  <p class="empty" role="status">
    {shell.value.loading}…
  </p>
);
