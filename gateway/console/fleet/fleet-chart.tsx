import { useMemo } from "preact/hooks";
import type { OrderState } from "../../../machines/mod.ts";
import type { Fleet } from "../../schemas/fleet.ts";
import type { Resource } from "../api/resource.ts";
import { ChartPicture } from "../chart/chart.tsx";
import type { NodeMark } from "../chart/marks.ts";
import { ChartRoom } from "../chart/room.tsx";
import type { PlacedChart } from "../chart/shape.ts";
import { stateNames } from "../i18n/names.ts";
import { paths } from "../route.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { formatCount } from "../ui/money.tsx";
import { narrow } from "../ui/narrow.ts";
import { Panel } from "../ui/panel.tsx";
import { flowsByEdge } from "./flows.ts";
import { StateList } from "./state-list.tsx";
import { fleetText } from "./text.ts";

/** The machine's chart with every order in it: counts in its states, the last minute's flow on its ways. */
export const FleetChart = ({ fleet, placed }: { fleet: Fleet; placed: Resource<PlacedChart> }) => {
  const words = fleetText.value;
  const { data: chart, trouble, reload } = placed;
  const flows = useMemo(() => (chart ? flowsByEdge(chart, fleet.flows) : undefined), [chart, fleet.flows]);
  return (
    <Panel title={words.chart} aside={<span class="hint">{words.chartHint}</span>} flush>
      {trouble && <TroubleAlert trouble={trouble} onRetry={reload} />}
      {narrow.value && <StateList counts={fleet.counts} />}
      <div class="chart-room">
        {!chart && !trouble && <ChartRoom />}
        {chart && (
          <ChartPicture
            chart={chart}
            label={words.chartLabel(formatCount(fleet.total))}
            nodeMark={({ state }) => (state === undefined ? {} : markOf(fleet, state as OrderState))}
            edgeMark={({ id }) => flows?.get(id) ?? {}}
          />
        )}
      </div>
    </Panel>
  );
};

/** Where orders of each kind are stuck; effects that wait can be in any state. */
const stuckIn: Partial<Record<OrderState, "payingUnknown" | "refundFailed">> = {
  paying: "payingUnknown",
  refundFailed: "refundFailed",
};

/** Colored by its share of all orders, with the small shares still to be seen. */
const markOf = ({ counts, total, stuck }: Fleet, state: OrderState): NodeMark => {
  const words = fleetText.value;
  const count = counts[state];
  const kind = stuckIn[state];
  const held = kind ? stuck[kind] : 0;
  const label = words.stateLabel(stateNames.value[state], count);
  return {
    count,
    heat: count === 0 ? 0 : 0.25 + 0.75 * Math.sqrt(count / total),
    href: paths.find({ state }),
    stuck: held,
    label: held > 0 ? `${label} ${words.stuckLabel(formatCount(held))}` : label,
  };
};
