import type { OrderDocument } from "../document.ts";

/** What history entries and replies look like as JSON: they never change, and each write of an order holds them again. */
const texts = new WeakMap<object, string>();

const textOf = (entry: object): string => {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const text = JSON.stringify(entry);
  texts.set(entry, text);
  return text;
};

/** The document as JSON, as JSON.stringify would write it but for the order of its fields. */
export const documentText = ({ history, replies, ...rest }: OrderDocument): string =>
  `${JSON.stringify(rest).slice(0, -1)},"history":[${history.map(textOf).join(",")}],"replies":[${replies.map(textOf).join(",")}]}`;
