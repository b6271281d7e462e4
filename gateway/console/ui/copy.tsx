import { useState } from "preact/hooks";
import { shell } from "../i18n/shell.ts";
import { Icon } from "./icon.tsx";

/** Copies `text`; says so for a moment. */
export const Copy = ({ text }: { text: string }) => {
  const [done, setDone] = useState(false);
  // Over plain HTTP from another machine there is no clipboard: then there is nothing to click.
  if (!navigator.clipboard) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // the reader did not allow it
    }
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
  };
  return (
    <button
      type="button"
      class="icon-button"
      onClick={copy}
      aria-label={`${done ? shell.value.copied : shell.value.copy} ${text}`}
    >
      <Icon name={done ? "check" : "copy"} />
    </button>
  );
};
