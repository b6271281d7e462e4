/** The same value with its keys in order, at every depth. */
export const sorted = (value: unknown): unknown => {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sorted);
  const parts = Object.create(null) as Record<string, unknown>; // "__proto__" is a key like any other there
  for (const key of Object.keys(value).sort()) parts[key] = sorted((value as Record<string, unknown>)[key]);
  return parts;
};
