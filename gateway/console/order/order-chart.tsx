import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { OrderState } from "../../../machines/mod.ts";
import type { HistoryEntryView } from "../../schemas/order.ts";
import type { Resource } from "../api/resource.ts";
import { ChartPicture } from "../chart/chart.tsx";
import { ChartRoom } from "../chart/room.tsx";
import type { PlacedChart } from "../chart/shape.ts";
import { stateNames } from "../i18n/names.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Panel } from "../ui/panel.tsx";
import { trailsOf } from "./steps.ts";
import { orderText } from "./text.ts";

interface Parts {
  readonly placed: Resource<PlacedChart>;
  readonly state: OrderState;
  readonly entries: readonly HistoryEntryView[];
  readonly seq: number;
  readonly scrubber: ComponentChildren;
}

/** The machine's chart with the order in it: where it stands, and the way it came. */
export const OrderChart = ({ placed, state, entries, seq, scrubber }: Parts) => {
  const words = orderText.value;
  const { data: chart, trouble, reload } = placed;
  const trails = useMemo(() => (chart ? trailsOf(chart, entries) : undefined), [chart, entries]);
  const trail = trails?.(seq);
  return (
    <Panel title={words.chart} aside={<span class="hint">{words.keyboard}</span>} flush>
      {trouble && <TroubleAlert trouble={trouble} onRetry={reload} />}
      <div class="chart-room">
        {!chart && !trouble && <ChartRoom />}
        {chart && trail && (
          <ChartPicture
            chart={chart}
            label={words.chartLabel(stateNames.value[state])}
            nodeMark={(node) => ({
              lit: node.state === state,
              dim: node.state !== undefined && !trail.been.has(node.state),
            })}
            edgeMark={({ id }) => trail.edges.get(id) ?? { dim: true }}
          />
        )}
      </div>
      {scrubber}
    </Panel>
  );
};
