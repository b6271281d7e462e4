import { computed, type ReadonlySignal } from "@preact/signals";
import { lang } from "./lang.ts";

/**
 * The words of one part of the console in both languages, as a signal of those to show now. What the English has and
 * the Korean lacks is a type error.
 * @example
 * const words = dictionary({ en: { title: "Orders" }, ko: { title: "주문" } });
 * words.value.title
 */
export const dictionary = <T>(words: { en: T; ko: NoInfer<T> }): ReadonlySignal<T> =>
  computed(() => words[lang.value]);
