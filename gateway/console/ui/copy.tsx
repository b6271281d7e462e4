import { useState } from "preact/hooks";
import { shell } from "../i18n/shell.ts";
import { Icon } from "./icon.tsx";

/** Copies `text`; says so for a moment. */
export const Copy = ({ text }: { text: string }) => {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
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
