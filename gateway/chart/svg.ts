import type { ChartLabel } from "../../machines/chart.ts";
import type { PlacedChart, PlacedEdge, PlacedNode } from "./layout.ts";
import { roundedPath } from "./path.ts";
import { labelFont } from "./sizes.ts";
import { style } from "./style.ts";

/** The height of the line below the chart that tells what is heard in every state. px */
const FOOT = 44;

/** A standalone picture of a placed chart: needs no font and no script, and follows the viewer's light or dark. */
export const svgOf = (chart: PlacedChart): string => {
  const { machine, width, inner } = chart;
  const height = chart.height + (inner.length > 0 ? FOOT : 0);
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
    ...(inner.length > 0 ? [footOf(inner, width, chart.height)] : []),
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
  const also = heard && `<tspan class="also" dx="12">also hears ${text(heard)}</tspan>`;
  return (
    `<g class="compound"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="14"/>` +
    `<text x="${x + 20}" y="${y + 30}">${text(label)}${also}</text></g>`
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

const footOf = (inner: readonly ChartLabel[], width: number, top: number): string =>
  `<text class="foot" x="${width / 2}" y="${top + 16}">heard in every state: ` +
  `${inner.map(({ event }) => text(event)).join(" · ")}</text>`;
