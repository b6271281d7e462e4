import { labelFont } from "./sizes.ts";

interface Palette {
  readonly page: string;
  readonly rule: string;
  readonly group: string;
  readonly groupRule: string;
  readonly state: string;
  readonly stateRule: string;
  readonly ink: string;
  readonly soft: string;
  readonly edge: string;
  readonly accent: string;
}

const light: Palette = {
  page: "#fbfbfd",
  rule: "#e3e5ec",
  group: "#f0f3fb",
  groupRule: "#c3cce4",
  state: "#ffffff",
  stateRule: "#aab4cf",
  ink: "#1b2030",
  soft: "#56607a",
  edge: "#8490ad",
  accent: "#3b5bdb",
};

const dark: Palette = {
  page: "#0f1320",
  rule: "#262c3f",
  group: "#161c2d",
  groupRule: "#364062",
  state: "#1f2740",
  stateRule: "#4a577e",
  ink: "#eef1fa",
  soft: "#a9b3cd",
  edge: "#7482a8",
  accent: "#91a7ff",
};

/** Written out: viewers that know no CSS variables draw the picture too. */
const colours = (of: Palette): string => `
text { fill: ${of.ink}; }
.page { fill: ${of.page}; stroke: ${of.rule}; }
.compound rect { fill: ${of.group}; stroke: ${of.groupRule}; }
.state rect { fill: ${of.state}; stroke: ${of.stateRule}; }
.dot, .arrow { fill: ${of.edge}; }
.choice { fill: ${of.accent}; }
.edge { stroke: ${of.edge}; }
.label rect { fill: ${of.page}; }
.label.inside rect { fill: ${of.group}; }
.label text, .foot, .also { fill: ${of.soft}; }`;

/** The picture's own style sheet, with the fonts that each system has. */
export const style = `
text { font: 600 14px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; text-anchor: middle; }
.label text, .foot, .also { font: 500 ${labelFont.size}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.compound text { font-size: 15px; text-anchor: start; }
.compound .also { font-size: ${labelFont.size}px; text-anchor: end; }
.compound rect, .state rect { stroke-width: 1.5; }
.state .ring { fill: none; stroke-width: 1; }
.edge { fill: none; stroke-width: 1.6; }
${colours(light)}
@media (prefers-color-scheme: dark) {${colours(dark)}
}
`;
