/** A page of what was asked for with a limit of one more, and its last one where there are more after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly end: T | undefined;
}

/** @example pageOf([1, 2, 3], 2) // { items: [1, 2], end: 2 } */
export const pageOf = <T>(found: readonly T[], limit: number): Page<T> => {
  const items = found.slice(0, limit);
  return { items, end: found.length > limit ? items.at(-1) : undefined };
};
