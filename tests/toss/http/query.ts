/** The query parameters of a path. @example queryOf("/v1/settlements?page=2").get("page") // "2" */
export const queryOf = (path: string): URLSearchParams => new URLSearchParams(path.split("?", 2)[1] ?? "");

/** Whether a path's query has all of `wanted`. */
export const hasQuery = (path: string, wanted: Readonly<Record<string, string>> = {}): boolean => {
  const query = queryOf(path);
  return Object.entries(wanted).every(([name, value]) => query.get(name) === value);
};
