import { effect, signal } from "@preact/signals";

export type Lang = "en" | "ko";

const KEY = "jumun.lang";
const kept = localStorage.getItem(KEY);

/** The language of the page: the reader's choice, else the browser's. */
export const lang = signal<Lang>(
  kept === "en" || kept === "ko" ? kept : navigator.language.startsWith("ko") ? "ko" : "en",
);

export const chooseLang = (next: Lang): void => {
  lang.value = next;
  localStorage.setItem(KEY, next);
};

effect(() => {
  document.documentElement.lang = lang.value;
});
