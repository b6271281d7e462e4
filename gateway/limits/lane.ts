/** What a request is, when not all can be taken. */
export type Lane = "operations" | "webhook" | "order" | "other";

/**
 * How far beyond the limit a lane may still go: who watches the process is never turned away; what Toss tells of money
 * is turned away last; an order that was begun goes before new ones, and those are in line with reads.
 */
export const shares: Readonly<Record<Lane, number>> = {
  operations: Number.POSITIVE_INFINITY,
  webhook: 1.5,
  order: 1.25,
  other: 1,
};

export const laneOf = ({ method, url }: Pick<Request, "method" | "url">): Lane => {
  const path = url.indexOf("/", url.indexOf("//") + 2);
  if (method === "POST") {
    if (url.startsWith("/webhooks/", path)) return "webhook";
    return url.startsWith("/orders/", path) ? "order" : "other";
  }
  return OPERATIONS.test(url.slice(path, path + LONGEST)) ? "operations" : "other";
};

const OPERATIONS = /^\/(?:healthz|readyz|metrics)(?:\?|$)/;
/** One character more than the longest of them. */
const LONGEST = 9;
