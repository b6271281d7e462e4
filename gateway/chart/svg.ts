import type { ChartLabel } from "../../machines/chart.ts";
import type { PlacedChart, PlacedEdge, PlacedNode } from "./layout.ts";
import { roundedPath } from "./path.ts";
import { labelFont } from "./sizes.ts";
import { style } from "./style.ts";

/** Of the lines below the chart that tell what is heard in every state. px */
const FOOT_LINE = 20;

/** A standalone picture of a placed chart: needs no font and no script, and follows the viewer's light or dark. */
export const svgOf = (chart: PlacedChart): string => {
  const { machine, width, inner } = chart;
  const foot = footOf(inner, width);
  const height = chart.height + (foot.length > 0 ? FOOT_LINE * foot.length + 12 : 0);
  const compounds = chart.nodes.filter(({ kind }) => kind === "compound");
  const others = chart.nodes.filter(({ kind }) => kind !== "compound");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">The states of ${article(machine)} ${text(machine)}</title>`,
    `<style>${style}</style>`,
    `<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="arrow" d="M0 1 9 5 0 9Z"/></marker></defs>`,
    `<rect class="page" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    ...compounds.map(compoundOf),
    ...chart.edges.map(lineOf),
    ...others.map(nodeOf),
    ...chart.edges.map(labelsOf),
    ...foot.map(
      (line, i) =>
        `<text class="foot" x="${width / 2}" y="${chart.height + 10 + FOOT_LINE * i}">${text(line)}</text>`,
    ),
    "</svg>",
    "",
  ]
    .filter((line) => line !== undefined)
    .join("\n");
};

const text = (plain: string): string => plain.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
const article = (noun: string): string => (/^[aeiou]/i.test(noun) ? "an" : "a");

const compoundOf = ({ x, y, width, height, label, inner }: PlacedNode): string => {
  const heard = inner.map(({ event }) => event).join(", ");
  // At the right, since lines may come in through the middle of the upper border.
  const also =
    heard && `<text class="also" x="${x + width - 20}" y="${y + 30}">also hears ${text(heard)}</text>`;
  return (
    `<g class="compound"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="14"/>` +
    `<text x="${x + 20}" y="${y + 30}">${text(label)}</text>${also}</g>`
  );
};

const nodeOf = ({ kind, x, y, width, height, label, final }: PlacedNode): string => {
  const [middle, centre] = [x + width / 2, y + height / 2];
  if (kind === "initial") return `<circle class="dot" cx="${middle}" cy="${centre}" r="${width / 2 - 2}"/>`;
  if (kind === "choice") {
    const corners = `${middle},${y} ${x + width},${centre} ${middle},${y + height} ${x},${centre}`;
    return `<polygon class="choice" points="${corners}"><title>${text(label)}</title></polygon>`;
  }
  const ring = final
    ? `<rect class="ring" x="${x + 4}" y="${y + 4}" width="${width - 8}" height="${height - 8}" rx="7"/>`
    : "";
  return (
    `<g class="state"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>${ring}` +
    `<text x="${middle}" y="${centre + 5}">${text(label)}</text></g>`
  );
};

const lineOf = ({ points }: PlacedEdge): string =>
  `<path class="edge" d="${roundedPath(points)}" marker-end="url(#arrow)"/>`;

const labelsOf = ({ from, to, labels, labelBox }: PlacedEdge): string | undefined => {
  if (!labelBox) return undefined;
  const { x, y, width, height } = labelBox;
  const lines = labels.map(
    ({ event }, i) =>
      `<text x="${x + width / 2}" y="${y + 2 + labelFont.line * i + labelFont.size + 1}">${text(event)}</text>`,
  );
  return (
    `<g class="label${to.startsWith(`${from}.`) ? " inside" : ""}"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>` +
    `${lines.join("")}</g>`
  );
};

/** What every state hears, in as many lines as the width asks for. */
const footOf = (inner: readonly ChartLabel[], width: number): string[] => {
  if (inner.length === 0) return [];
  const room = Math.floor((width - 48) / labelFont.advance);
  const lines = ["heard in every state:"];
  for (const { event } of inner) {
    const last = lines.at(-1) ?? "";
    if (last.length + event.length + 3 > room) lines.push(event);
    else lines[lines.length - 1] = `${last}${last.endsWith(":") ? "" : " ·"} ${event}`;
  }
  return lines;
};
