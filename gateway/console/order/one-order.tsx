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
import { formatCount } from "../ui/money.tsx";
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
import { type OrderHistory, useHistory } from "./use-history.ts";
import { Waiting } from "./waiting.tsx";

/** News of an order come in bursts; it is read again once a burst. ms */
const BURST = 120;

/** One order: as it stands now and live, or as it was at a step of its history. */
export const OneOrder = ({ orderId }: { orderId: string }) => {
  const { data: order, trouble, reload } = useResource<OrderView>(`/orders/${encodeURIComponent(orderId)}`);
  const placed = useOrderChart();
  const burst = useRef<ReturnType<typeof setTimeout>>(undefined);
  const history = useHistory(order?.orderId, () => {
    burst.current ??= setTimeout(() => {
      burst.current = undefined;
      reload();
    }, BURST);
  }).value;
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
      {!order && !trouble && (
        <p class="empty" role="status">
          {shell.value.loading}…
        </p>
      )}
      {order && <Loaded order={order} history={history} placed={placed} />}
    </Page>
  );
};

interface LoadedParts {
  readonly order: OrderView;
  readonly history: OrderHistory;
  readonly placed: Resource<PlacedChart>;
}

const Loaded = ({ order, history, placed }: LoadedParts) => {
  const words = orderText.value;
  const [told, setTold] = useState<Told>();
  const { at, go } = useAt(order.orderId);
  const { entries } = history;
  const last = entries.at(-1)?.seq ?? order.seq;
  const present = at === undefined || at >= last;
  const past = useMemo(() => createPast(order, entries), [order, entries]);
  const shown = present ? momentOf(order) : past.at(at);
  const step = (seq: number) => go(seq >= last ? undefined : seq);
  const seq = present ? last : at;
  return (
    <>
      <section class="order-head" aria-label={words.order}>
        <div class="order-state">
          <StateChip state={shown.state} />
          <div class="order-actions">{present && <Actions order={order} onTold={setTold} />}</div>
        </div>
        <OrderFacts order={order} shown={shown} />
      </section>
      {!present && <AsItWas seq={at} at={shown.at} onNow={() => go(undefined)} />}
      {present && told && told.is !== "sending" && <Outcome told={told} />}
      <OrderChart
        placed={placed}
        state={shown.state}
        entries={entries}
        seq={seq}
        scrubber={entries.length > 0 && <Scrubber entries={entries} seq={seq} onStep={step} />}
      />
      <div class="order-grid">
        <div class="order-column">
          <Lines lines={shown.lines} />
          <Cancellations cancellations={shown.cancellations} order={order} present={present} />
          <Payments payments={shown.payments} order={order} />
        </div>
        <div class="order-column">
          <Waiting order={order} present={present} />
          <Panel title={words.timeline} aside={words.entries(formatCount(order.seq))} flush>
            {history.trouble && <TroubleAlert trouble={history.trouble} />}
            <Timeline entries={entries} seq={seq} onStep={step} />
          </Panel>
          <Settled orderId={order.orderId} />
        </div>
      </div>
    </>
  );
};
