import { roundedPath } from "../../chart/path.ts";
import { labelFont } from "../../chart/sizes.ts";
import { eventNames, nameOf } from "../i18n/names.ts";
import { formatCount } from "../ui/money.tsx";
import type { EdgeMark } from "./marks.ts";

import type { PlacedEdge } from "./shape.ts";

const LINE = labelFont.line;
const CORNER = 10;

/** The line of a way, its arrow, and what passes along it. */
export const EdgeLine = ({ edge, mark, arrow }: { edge: PlacedEdge; mark: EdgeMark; arrow: string }) => {
  const d = roundedPath(edge.points, CORNER);
  const classes = ["chart-edge", mark.moving && "moving", mark.ran && `ran-${mark.ran}`, mark.dim && "dim"];
  const marker = mark.ran === "now" || mark.moving ? "strong" : mark.ran === "before" ? "ran" : "plain";
  return (
    <g class={classes.filter(Boolean).join(" ")}>
      <path
        class="chart-way"
        d={d}
        {...(mark.width !== undefined && { style: { strokeWidth: `${mark.width}px` } })}
        marker-end={`url(#${arrow}-${marker})`}
      />
      {(mark.moving || mark.ran === "now") && (
        <path
          class="chart-flow"
          d={d}
          style={{ strokeWidth: `${Math.max(1.5, (mark.width ?? 2.5) - 0.75)}px` }}
        />
      )}
    </g>
  );
};

/** What leads along a way, one event a line, with how many went by each. */
export const EdgeLabels = ({ edge, mark }: { edge: PlacedEdge; mark: EdgeMark }) => {
  const box = edge.labelBox;
  if (!box || edge.labels.length === 0) return null;
  const top = box.y + (box.height - edge.labels.length * LINE) / 2;
  return (
    <g class={mark.dim && !mark.ran ? "chart-labels dim" : "chart-labels"}>
      {edge.labels.map(({ command, event }, line) => {
        const count = mark.counts?.get(event) ?? 0;
        return (
          <text
            key={event}
            class={count > 0 ? "busy" : undefined}
            x={box.x + box.width / 2}
            y={top + line * LINE + LINE / 2 + 4}
          >
            <title>{`${command} → ${event}`}</title>
            {nameOf(eventNames.value, event)}
            {count > 0 && <tspan class="chart-label-count">{` ${formatCount(count)}`}</tspan>}
          </text>
        );
      })}
    </g>
  );
};
