import { type Resource, useResource } from "../api/resource.ts";
import { narrow } from "../ui/narrow.ts";
import type { PlacedChart } from "./shape.ts";

/** The order machine as the gateway places it: from left to right, or on a phone from top to bottom. */
export const useOrderChart = (): Resource<PlacedChart> =>
  useResource<PlacedChart>(`/machines/order?layout=${narrow.value ? "tall" : "wide"}`);
