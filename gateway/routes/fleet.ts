import { createFleetBroadcast } from "../fleet/broadcast.ts";
import { findStuck } from "../fleet/stuck.ts";
import { createFleetTracker } from "../fleet/tracker.ts";
import { describe } from "../openapi.ts";
import { newRoutes, type Services } from "../services.ts";
import { eventStreamResponse } from "../sse.ts";

/** All orders at a glance, live, and those that are stuck. */
export const fleetRoutes = (services: Services) => {
  const tracker = createFleetTracker(services);
  const broadcast = createFleetBroadcast(services, tracker);
  return newRoutes(services)
    .get("/fleet", () => tracker.look(), {
      detail: describe({
        tag: "Fleet",
        summary: "Read how many orders are where",
        description:
          "Orders by state, the transitions of the last minute, and what is stuck. Its cost does not depend on the " +
          "number of orders.",
        replies: { 200: "Fleet" },
      }),
    })
    .get(
      "/fleet/events",
      async ({ caller, request }) =>
        eventStreamResponse(request.method === "HEAD" ? null : await broadcast.open(caller)),
      {
        detail: describe({
          tag: "Fleet",
          summary: "Follow all orders by server-sent events",
          description:
            "Events named `fleet`, each with a whole Fleet: at once, and then when something has changed, at most 4 a " +
            "second. A slow reader gets the newest and none of those between.",
          replies: { 200: { eventsOf: "Fleet" } },
        }),
      },
    )
    .get("/fleet/stuck", () => findStuck(services), {
      detail: describe({
        tag: "Fleet",
        summary: "List what waits for an operator",
        description:
          "At most 50 of each kind: payments of unknown outcome, failed refunds, effects that were given up, dead letters.",
        replies: { 200: "StuckOrders" },
      }),
    });
};
