import { signal } from "@preact/signals";

/** The browser's clock, every few seconds: enough for "3 minutes ago". ms */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5_000);
