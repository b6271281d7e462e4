/**
 * Reads these query parameters as whole numbers before they are validated, so that their schemas can be plain
 * integers. What is not written as one stays a text, and the schema refuses it.
 * @example .get("/orders", handler, { query: Query, transform: readIntegers("limit") })
 */
export const readIntegers =
  (...names: readonly string[]) =>
  ({ query }: { query: Record<string, unknown> }): void => {
    for (const name of names) {
      const text = query[name];
      if (typeof text === "string" && /^[0-9]{1,16}$/.test(text)) query[name] = Number(text);
    }
  };
