import { useEffect } from "preact/hooks";
import type { OrderView } from "../../schemas/order.ts";

/** After the time of a try, so that its outcome is stored; and between looks at one that is late. ms */
const GRACE = 1_500;
const LATE = 5_000;

/**
 * Reads the order again after each try of its work at Toss. A try that comes to nothing is no event, so the history does
 * not tell of it: not that the next one is later, and not that it was given up and waits for an operator.
 */
export const useDueEffects = (order: OrderView | undefined, reload: () => void): void => {
  useEffect(() => {
    const dues = (order?.effects ?? []).flatMap(({ nextTryAt }) =>
      nextTryAt === null ? [] : [Date.parse(nextTryAt)],
    );
    if (dues.length === 0) return;
    const left = Math.min(...dues) - Date.now();
    // Beyond a day a browser's timer does not reach, nor does a page.
    const later = setTimeout(reload, Math.min(left > 0 ? left + GRACE : LATE, 86_400_000));
    return () => clearTimeout(later);
  }, [order]);
};
