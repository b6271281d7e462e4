import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";

/** What a place in the browser's history remembers of the list: how far it was scrolled, and the order that was opened. */
interface Place {
  readonly scroll: number;
  readonly order?: string | undefined;
}

const keep = (place: Place): void => history.replaceState({ ...history.state, place }, "");

const kept = (): Place | undefined => (history.state as { place?: Place } | null)?.place;

/** Scrolling is told many times a second; it is kept when it rests. ms */
const REST = 120;

/**
 * Going back and reloading find the list as it was left: scrolled as far, with the focus on the order that was opened.
 * The browser can't do it by itself: the rows are not there yet when it tries.
 */
export const useKeptPlace = (url: string, ready: boolean, list: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    history.scrollRestoration = "manual";
    return () => {
      history.scrollRestoration = "auto";
    };
  }, []);

  useLayoutEffect(() => {
    let rest: ReturnType<typeof setTimeout> | undefined;
    const here = () => keep({ scroll: scrollY, order: openedBy(document.activeElement) });
    const onScroll = () => {
      clearTimeout(rest);
      rest = setTimeout(here, REST);
    };
    // Heard before the router, which listens further out, makes the click a way to another place.
    const onClick = (event: Event) => {
      if (!(event.target instanceof Element && event.target.closest("a"))) return;
      clearTimeout(rest);
      keep({ scroll: scrollY, order: openedBy(event.target) });
    };
    addEventListener("scroll", onScroll, { passive: true });
    addEventListener("pagehide", here);
    document.addEventListener("click", onClick);
    return () => {
      clearTimeout(rest); // what rests later is another place
      removeEventListener("scroll", onScroll);
      removeEventListener("pagehide", here);
      document.removeEventListener("click", onClick);
    };
  }, [url]);

  useLayoutEffect(() => {
    if (ready) scrollTo(0, kept()?.scroll ?? 0);
  }, [url, ready]);

  useEffect(() => {
    const order = ready ? kept()?.order : undefined;
    if (order === undefined) return;
    // The app puts the focus on the heading in an effect of the same turn, after this one.
    queueMicrotask(() => {
      const row = list.current?.querySelector<HTMLElement>(`[data-order="${CSS.escape(order)}"]`);
      row?.focus({ preventScroll: true });
    });
  }, [url, ready]);
};

const openedBy = (element: Element | null): string | undefined =>
  element?.closest<HTMLElement>("[data-order]")?.dataset.order;
