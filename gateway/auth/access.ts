import type { CallerRole } from "../caller.ts";

/** `own`: only what belongs to an order of the caller's own; anything else is answered as if it did not exist. */
export type Reach = "any" | "own";
/** Who may call a route. A role that is not named may not. */
export type Access = "open" | Readonly<Partial<Record<CallerRole, Reach>>>;

const shopping = { customer: "own", service: "any", operator: "any" } as const;
const reading = { customer: "own", service: "any", warehouse: "any", operator: "any" } as const;
const restocking = { warehouse: "any", operator: "any" } as const;
const operating = { operator: "any" } as const;

/**
 * Who may call what: the whole of it. **A route that does not stand here is refused to everybody**, so that a new one
 * is closed until somebody has decided. The webhook is open because Toss signs nothing: it is believed only after
 * asking Toss.
 */
export const access = {
  "POST /orders": shopping,
  "POST /orders/:id/payment": shopping,
  "POST /orders/:id/purchase-confirmation": shopping,
  "POST /orders/:id/cancellations": shopping,
  "POST /orders/:id/cancellations/:cid/withdrawal": shopping,

  "GET /orders": reading,
  "GET /orders/:id": reading,
  "GET /orders/:id/cancellations/:cid": reading,
  "GET /orders/:id/history": reading,
  "GET /orders/:id/events": reading,
  "GET /commands/:id": reading,
  "GET /orders/:id/settlements": shopping,

  "POST /orders/:id/cancellations/:cid/restock": restocking,

  "POST /orders/:id/cancellations/:cid/refund": operating,
  "POST /orders/:id/effects/:eid/retry": operating,
  "GET /dead-letters": operating,
  "POST /dead-letters/:id/retry": operating,
  "GET /fleet": operating,
  "GET /fleet/events": operating,
  "GET /fleet/stuck": operating,
  "GET /settlements": operating,
  "GET /settlements/:date": operating,
  "GET /settlements/:date/reconciliation": operating,
  "GET /metrics": { service: "any", operator: "any" },

  "GET /me": { customer: "any", service: "any", warehouse: "any", operator: "any" },

  "POST /webhooks/toss": "open",
  "GET /healthz": "open",
  "GET /readyz": "open",
  "GET /machines": "open",
  "GET /machines/:name": "open",
  "GET /openapi": "open",
  "GET /openapi/json": "open",
  "GET /openapi/start.js": "open",
  "GET /openapi/ui.js": "open",
  "GET /openapi/ui.css": "open",
  "GET /console": "open",
  "GET /console/*": "open",
  "GET /console/assets/:file": "open",
} as const satisfies Record<string, Access>;

/** Method and pattern of a route that somebody may call. */
export type RouteName = keyof typeof access;

const table: ReadonlyMap<string, Access> = new Map(Object.entries(access));

/** Undefined for a route that declares nothing. A HEAD asks for no more than its GET. */
export const accessOf = (method: string, route: string): Access | undefined =>
  table.get(`${method === "HEAD" ? "GET" : method} ${route}`);

export const may = (role: CallerRole, route: RouteName): boolean => {
  const those: Access = access[route];
  return those === "open" || Object.hasOwn(those, role);
};
