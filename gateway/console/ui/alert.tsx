import type { ComponentChildren } from "preact";
import type { Trouble } from "../api/http.ts";
import { codeNames } from "../i18n/codes.ts";
import { nameOf } from "../i18n/names.ts";
import { shell } from "../i18n/shell.ts";
import { Icon } from "./icon.tsx";

export interface AlertParts {
  readonly tone: "bad" | "warn" | "info" | "good";
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  /** Told at once by a screen reader; else when it has a moment. */
  readonly urgent?: boolean;
}

export const Alert = ({ tone, title, children, urgent = false }: AlertParts) => (
  <div class="alert" data-tone={tone} role={urgent ? "alert" : "status"}>
    <Icon name={tone === "good" ? "check" : tone === "info" ? "info" : "warn"} />
    <div class="alert-text">
      <p class="alert-title">{title}</p>
      {children}
    </div>
  </div>
);

/** What went wrong, with the code to search for and what to do about it. */
export const TroubleAlert = ({ trouble, onRetry }: { trouble: Trouble; onRetry?: () => void }) => {
  const words = shell.value;
  const retry = onRetry && (
    <button type="button" class="button small" onClick={onRetry}>
      {words.retry}
    </button>
  );
  if (trouble.kind === "away") {
    return (
      <Alert tone="bad" title={words.away} urgent>
        <p>{words.awayDetail}</p>
        {retry}
      </Alert>
    );
  }
  const { code, detail, errors, tossCode, incident } = trouble.problem;
  return (
    <Alert
      tone="bad"
      urgent
      title={
        <>
          {nameOf(codeNames.value, code)} <code>{code}</code>
        </>
      }
    >
      <p lang="en">{detail}</p>
      {errors && (
        <ul>
          {errors.slice(0, 5).map(({ pointer, message }) => (
            <li key={pointer}>
              <code>{pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {tossCode && (
        <p>
          Toss: <code>{tossCode}</code>
        </p>
      )}
      {incident && (
        <p>
          {words.incident}: <code>{incident}</code>
        </p>
      )}
      {retry}
    </Alert>
  );
};
