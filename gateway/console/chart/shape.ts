/** A machine as the gateway places it. */
export type { PlacedChart, PlacedEdge, PlacedNode } from "../../chart/layout.ts";
