import { signal } from "@preact/signals";

const query = matchMedia("(max-width: 760px)");

/** A phone's width. The stylesheets' breakpoint is the same. */
export const narrow = signal(query.matches);

query.addEventListener("change", () => {
  narrow.value = query.matches;
});
