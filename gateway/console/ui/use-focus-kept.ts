import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * For a box whose buttons come and go: when the one in focus goes, the box has the focus, and not the whole page, where
 * a screen reader would begin anew. The box wants `tabIndex={-1}`.
 */
export const useFocusKept = <E extends HTMLElement>(): RefObject<E | null> => {
  const box = useRef<E>(null);
  const inside = box.current?.contains(document.activeElement) ?? false; // as it is before this rendering
  useLayoutEffect(() => {
    if (inside && document.activeElement === document.body) box.current?.focus();
  });
  return box;
};
