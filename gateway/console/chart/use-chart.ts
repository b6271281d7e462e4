import { type Resource, useResource } from "../api/resource.ts";
import { tight } from "../ui/narrow.ts";
import type { PlacedChart } from "./shape.ts";

/** The order machine as the gateway places it: from left to right, or where that is too wide from top to bottom. */
export const useOrderChart = (): Resource<PlacedChart> =>
  useResource<PlacedChart>(`/machines/order?layout=${tight.value ? "tall" : "wide"}`);
