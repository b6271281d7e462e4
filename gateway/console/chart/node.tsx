import { useLocation } from "preact-iso";
import type { OrderState } from "../../../machines/mod.ts";
import { lang } from "../i18n/lang.ts";
import { nameOf, stateNames } from "../i18n/names.ts";
import type { NodeMark } from "./marks.ts";
import type { PlacedNode } from "./shape.ts";

/** A count that fits a box: exact up to four figures, then `12.3K`. */
const compact = (count: number): string =>
  new Intl.NumberFormat(
    lang.value,
    count > 9_999 ? { notation: "compact", maximumFractionDigits: 1 } : {},
  ).format(count);

export const ChartNodeView = ({ node, mark }: { node: PlacedNode; mark: NodeMark }) => {
  switch (node.kind) {
    case "initial":
      return (
        <circle class="chart-initial" cx={node.x + node.width / 2} cy={node.y + node.height / 2} r={6} />
      );
    case "choice":
      return <path class="chart-choice" d={diamond(node)} />;
    case "compound":
      return (
        <g class="chart-compound">
          <rect x={node.x} y={node.y} width={node.width} height={node.height} rx={12} />
          <text x={node.x + 16} y={node.y + 24}>
            {node.label}
          </text>
        </g>
      );
    case "state":
      return <State node={node} mark={mark} />;
  }
};

const State = ({ node, mark }: { node: PlacedNode; mark: NodeMark }) => {
  const { route } = useLocation();
  const code = node.state ?? node.label;
  const classes = [
    "chart-state",
    mark.lit && "lit",
    mark.dim && "dim",
    mark.count === 0 && "empty",
    node.final && "final",
  ];
  const box = (
    <g class={classes.filter(Boolean).join(" ")} data-state={code as OrderState}>
      {mark.lit && (
        <rect
          class="chart-halo"
          x={node.x - 5}
          y={node.y - 5}
          width={node.width + 10}
          height={node.height + 10}
          rx={13}
        />
      )}
      <rect class="chart-ground" x={node.x} y={node.y} width={node.width} height={node.height} rx={9} />
      <rect
        class="chart-heat"
        x={node.x}
        y={node.y}
        width={node.width}
        height={node.height}
        rx={9}
        fill-opacity={mark.lit ? 0.16 : 0.16 * (mark.heat ?? 0)}
      />
      <rect class="chart-strip" x={node.x + 8} y={node.y + 11} width={3} height={node.height - 22} rx={1.5} />
      <text class="chart-name" x={node.x + 19} y={node.y + node.height / 2 - 5}>
        {nameOf(stateNames.value, code)}
      </text>
      <text class="chart-code" x={node.x + 19} y={node.y + node.height / 2 + 14}>
        {code}
      </text>
      {mark.stuck !== undefined && mark.stuck > 0 && <Stuck node={node} count={mark.stuck} />}
      {mark.count !== undefined && (
        <text class="chart-count" x={node.x + node.width - 12} y={node.y + node.height / 2 + 15}>
          {compact(mark.count)}
        </text>
      )}
    </g>
  );
  const { href, label } = mark;
  if (href === undefined) return box;
  return (
    <a
      href={href}
      class="chart-link"
      onClick={(click) => {
        if (click.ctrlKey || click.metaKey || click.shiftKey || click.button !== 0) return;
        click.preventDefault();
        route(href);
      }}
    >
      <title>{label}</title>
      {box}
    </a>
  );
};

/** On the state's corner, so that a few among thousands are seen. */
const Stuck = ({ node, count }: { node: PlacedNode; count: number }) => {
  const words = `! ${compact(count)}`;
  const width = 14 + words.length * 6;
  return (
    <g class="chart-stuck">
      <rect x={node.x + node.width - width + 8} y={node.y - 10} width={width} height={20} rx={10} />
      <text x={node.x + node.width + 8 - width / 2} y={node.y + 4}>
        {words}
      </text>
    </g>
  );
};

const diamond = ({ x, y, width, height }: PlacedNode): string => {
  const r = Math.min(width, height) / 2 - 8;
  const cx = x + width / 2;
  const cy = y + height / 2;
  return `M${cx} ${cy - r}L${cx + r} ${cy}L${cx} ${cy + r}L${cx - r} ${cy}Z`;
};
