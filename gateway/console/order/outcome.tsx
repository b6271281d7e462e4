import type { Told } from "../api/command.ts";
import { eventNames } from "../i18n/names.ts";
import { Alert, TroubleAlert } from "../ui/alert.tsx";
import { orderText } from "./text.ts";

/** How a command went. A refusal says its code and what to do about it. */
export const Outcome = ({ told, onRetry }: { told: Told | undefined; onRetry?: () => void }) => {
  const words = orderText.value;
  switch (told?.is) {
    case "done":
      return (
        <Alert tone="good" title={words.done}>
          <p>
            {eventNames.value[told.result.event]} <code>{told.result.event}</code>
          </p>
        </Alert>
      );
    case "pending":
      return (
        <Alert tone="info" title={words.pending}>
          <p>
            {words.pendingNote} <a href={`/commands/${told.pending.commandId}`}>{words.commandLink}</a>
          </p>
        </Alert>
      );
    case "refused":
      return <TroubleAlert trouble={told.trouble} {...(onRetry && { onRetry })} />;
    default:
      return null;
  }
};
