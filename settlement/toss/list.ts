/**
 * The elements of an answer that is a bare JSON array. An empty body is an empty list, as Toss' test environment
 * answers; undefined when it is neither.
 */
export const parsedList = (body: string): readonly unknown[] | undefined => {
  try {
    const json: unknown = body.trim() === "" ? [] : JSON.parse(body);
    return Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
};
