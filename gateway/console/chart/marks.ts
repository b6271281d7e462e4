/** What a view says about a state of the chart. */
export interface NodeMark {
  /** How many orders are in it. */
  readonly count?: number;
  /** 0 to 1: how strongly its color shows. */
  readonly heat?: number;
  /** The order is here now. */
  readonly lit?: boolean;
  /** The order was never here. */
  readonly dim?: boolean;
  /** How many of them are stuck. */
  readonly stuck?: number;
  readonly href?: string;
  /** The whole of it in words, where it is a link. */
  readonly label?: string;
}

/** What a view says about a way between two states. */
export interface EdgeMark {
  /** Stroke width in px; left out, the usual thin line. */
  readonly width?: number;
  /** Something passes along it now. */
  readonly moving?: boolean;
  /** The order went this way: at some time, or by the step in front. */
  readonly ran?: "before" | "now";
  readonly dim?: boolean;
  /** By event: how many went this way lately. */
  readonly counts?: ReadonlyMap<string, number>;
}
