import { type ReadonlySignal, signal } from "@preact/signals";

const matching = (query: string): ReadonlySignal<boolean> => {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener("change", () => {
    matches.value = media.matches;
  });
  return matches;
};

/** A phone's width. The stylesheets' breakpoint is the same. */
export const narrow = matching("(max-width: 760px)");

/** No room beside the navigation for a chart from left to right whose words can be read: a tablet, or a page zoomed in. */
export const tight = matching("(max-width: 1100px)");
