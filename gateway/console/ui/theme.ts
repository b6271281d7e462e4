import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "jumun.theme";
const kept = localStorage.getItem(KEY);
const dark = matchMedia("(prefers-color-scheme: dark)");

const chosen = signal<Theme | undefined>(kept === "light" || kept === "dark" ? kept : undefined);
const preferred = signal<Theme>(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => {
  preferred.value = dark.matches ? "dark" : "light";
});

/** The reader's choice, else what the system prefers. */
export const theme = (): Theme => chosen.value ?? preferred.value;

export const toggleTheme = (): void => {
  chosen.value = theme() === "dark" ? "light" : "dark";
  localStorage.setItem(KEY, chosen.value);
};

effect(() => {
  if (chosen.value) document.documentElement.dataset.theme = chosen.value;
});
