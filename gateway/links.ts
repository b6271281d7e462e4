/** Where things are. Hrefs are relative to the gateway's root, so that they hold behind any proxy. */
export const orderPath = (orderId: string): string => `/orders/${orderId}`;
export const cancellationPath = (orderId: string, id: string): string =>
  `/orders/${orderId}/cancellations/${id}`;
export const effectRetryPath = (orderId: string, effectId: string): string =>
  `${orderPath(orderId)}/effects/${effectId}/retry`;
export const orderSettlementsPath = (orderId: string): string => `${orderPath(orderId)}/settlements`;
export const settlementPath = (date: string): string => `/settlements/${date}`;
export const reconciliationPath = (date: string): string => `${settlementPath(date)}/reconciliation`;
export const commandPath = (commandId: string): string => `/commands/${commandId}`;

export const orderLinks = (orderId: string) => ({
  order: { href: orderPath(orderId) },
  history: { href: `${orderPath(orderId)}/history` },
  events: { href: `${orderPath(orderId)}/events` },
});

/** The requests that an order takes, by the command that they become. */
const orderRequests = new Map<string, "payment" | "purchase-confirmation" | "cancellations">([
  ["payment.request", "payment"],
  ["purchase.confirm", "purchase-confirmation"],
  ["cancellation.request", "cancellations"],
]);

/** Undefined for commands that are not asked for over HTTP: timers' and Toss' answers'. */
export const requestOf = (orderId: string, commandType: string) => {
  const path = orderRequests.get(commandType);
  if (path === undefined) return undefined;
  return {
    route: `POST /orders/:id/${path}` as const,
    method: "POST" as const,
    href: `${orderPath(orderId)}/${path}`,
  };
};

export const machinePath = (name: string): string => `/machines/${name}`;
