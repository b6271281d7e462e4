/** Where in the console a path is. */
export type Route =
  | { readonly view: "fleet" | "find" | "settlements" | "deadLetters" | "nowhere" }
  | { readonly view: "order"; readonly orderId: string };

const ROOT = "/console";

/** Total: an unknown path is `nowhere`. */
export const routeOf = (path: string): Route => {
  const [view = "", id, ...rest] = path
    .slice(ROOT.length)
    .split("/")
    .filter((part) => part !== "");
  if (rest.length > 0) return { view: "nowhere" };
  if (view === "orders" && id !== undefined) return { view: "order", orderId: decoded(id) };
  if (id !== undefined) return { view: "nowhere" };
  switch (view) {
    case "":
      return { view: "fleet" };
    case "orders":
      return { view: "find" };
    case "settlements":
      return { view: "settlements" };
    case "dead-letters":
      return { view: "deadLetters" };
    default:
      return { view: "nowhere" };
  }
};

/** A path typed by hand may hold a stray `%`. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const withQuery = (path: string, query: Readonly<Record<string, string | number | undefined>>): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
};

/** The console's own addresses. */
export const paths = {
  fleet: () => ROOT,
  find: (query: Readonly<Record<string, string | undefined>> = {}) => withQuery(`${ROOT}/orders`, query),
  order: (orderId: string, at?: number) => withQuery(`${ROOT}/orders/${encodeURIComponent(orderId)}`, { at }),
  settlements: (date?: string) => withQuery(`${ROOT}/settlements`, { date }),
  deadLetters: () => `${ROOT}/dead-letters`,
};
