import { useEffect, useState } from "preact/hooks";
import type { CommandPending, CommandResult } from "../../schemas/command.ts";
import type { Told } from "../api/command.ts";
import { type Ended, endingOf } from "../api/ending.ts";
import { eventNames, nameOf, paymentNames } from "../i18n/names.ts";
import { shell } from "../i18n/shell.ts";
import { paths } from "../route.ts";
import { Alert, TroubleAlert } from "../ui/alert.tsx";
import { orderText } from "./text.ts";

/** How a command went. A refusal says its code and what to do about it. */
export const Outcome = ({ told, onRetry }: { told: Told | undefined; onRetry?: () => void }) => {
  switch (told?.is) {
    case "done":
      return <Done result={told.result} />;
    case "pending":
      return <Pending key={told.pending.commandId} pending={told.pending} />;
    case "refused":
      return told.trouble.kind === "away" ? (
        <Unanswered {...(onRetry && { onRetry })} />
      ) : (
        <TroubleAlert trouble={told.trouble} {...(onRetry && { onRetry })} />
      );
    default:
      return null;
  }
};

const Done = ({ result: { event, payment } }: { result: CommandResult }) => {
  const failed = payment !== undefined && payment.status !== "captured";
  return (
    <Alert tone={failed ? "warn" : "good"} title={orderText.value.done}>
      <p>
        {nameOf(eventNames.value, event)} <code>{event}</code>
      </p>
      {failed && (
        <p>
          {nameOf(paymentNames.value, payment.status === "strayed" ? "strayRefunding" : payment.status)}{" "}
          <code>{payment.tossCode ?? payment.status}</code>
        </p>
      )}
    </Alert>
  );
};

/** Of a command that moves money, "nothing happened" must not be said when nobody knows. */
const Unanswered = ({ onRetry }: { onRetry?: () => void }) => (
  <Alert tone="bad" title={orderText.value.unanswered} urgent>
    <p>{orderText.value.unansweredNote}</p>
    {onRetry && (
      <button type="button" class="button small" onClick={onRetry}>
        {shell.value.retry}
      </button>
    )}
  </Alert>
);

/** Five more minutes, after the first dozen seconds. ms */
const LONGER: readonly number[] = Array(60).fill(5_000);

/** Taken and not done yet: looked after until it is, so that a refusal that comes late is told too. */
const Pending = ({ pending: { commandId } }: { pending: CommandPending }) => {
  const words = orderText.value;
  const [ended, setEnded] = useState<Ended>();
  useEffect(() => {
    const leaving = new AbortController();
    endingOf(commandId, leaving.signal, LONGER).then((command) => command && setEnded(command));
    return () => leaving.abort();
  }, [commandId]);
  if (ended?.status === "dead") {
    return (
      <Alert tone="bad" title={words.putAside} urgent>
        <p>{ended.reason}</p>
        <a href={paths.deadLetters()}>{shell.value.deadLetters}</a>
      </Alert>
    );
  }
  if (ended?.problem) return <TroubleAlert trouble={{ kind: "problem", problem: ended.problem }} />;
  if (ended?.result) return <Done result={ended.result} />;
  return (
    <Alert tone="info" title={words.pending}>
      <p>{words.pendingNote}</p>
    </Alert>
  );
};
