import { shell } from "../i18n/shell.ts";

/** Keeps the chart's place until it is there, so that nothing below it jumps. */
export const ChartRoom = () => (
  <p class="chart-loading" role="status">
    {shell.value.loading}…
  </p>
);
