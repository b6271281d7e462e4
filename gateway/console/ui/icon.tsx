/** Line icons on a 16 px grid, drawn for this console. */
const drawings = {
  fleet: "M2.5 4.5h3v3h-3zM10.5 2.5h3v3h-3zM10.5 10.5h3v3h-3zM5.5 6h2.5v-2h2.5M8 6v6h2.5",
  orders: "M4 2.5h8v11l-2-1.5-2 1.5-2-1.5-2 1.5zM6.2 5.7h3.6M6.2 8.3h3.6",
  settlements: "M2.5 13.5h11M4 11V8M8 11V3M12 11V6",
  deadLetters: "M2.5 4h11v8.5h-11zM2.5 4.5 8 8.8l5.5-4.3",
  search: "M7 2.7a4.3 4.3 0 1 0 0 8.6 4.3 4.3 0 0 0 0-8.6zM10.2 10.2l3.3 3.3",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1",
  moon: "M13.3 9.6A5.6 5.6 0 0 1 6.4 2.7 5.6 5.6 0 1 0 13.3 9.6z",
  warn: "M8 2.2 14.4 13.3H1.6zM8 6.3v3.4M8 11.4v.1",
  info: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.3v3.6M8 5v.1",
  check: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.4 8.2l1.8 1.8 3.4-3.8",
  close: "M4 4l8 8M12 4l-8 8",
  left: "M10 3.5 5.5 8l4.5 4.5",
  right: "M6 3.5 10.5 8 6 12.5",
  play: "M5 3.2v9.6L12.4 8z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6",
  leave: "M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
} as const;

export type IconName = keyof typeof drawings;

/** Decoration only: the words beside it, or the button's label, say what it means. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={drawings[name]} />
  </svg>
);
