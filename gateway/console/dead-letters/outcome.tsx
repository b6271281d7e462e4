import { codeNames } from "../i18n/codes.ts";
import { eventNames, nameOf } from "../i18n/names.ts";
import { paths } from "../route.ts";
import { Alert, TroubleAlert } from "../ui/alert.tsx";
import { StateChip } from "../ui/chip.tsx";
import { deadLettersText } from "./text.ts";
import type { Retried } from "./use-retry.ts";

/** What became of the retry. */
export const Outcome = ({ retried, orderId }: { retried: Retried; orderId: string }) => {
  const words = deadLettersText.value;
  switch (retried.is) {
    case "sending":
      return (
        <p class="quiet" role="status">
          {words.sending}…
        </p>
      );
    case "pending":
      return (
        <Alert tone="info" title={words.pending}>
          <p>{words.pendingHint}</p>
        </Alert>
      );
    case "refused":
      return <TroubleAlert trouble={retried.trouble} />;
    case "ended":
      return <Ended command={retried.command} orderId={orderId} />;
  }
};

const Ended = ({
  command,
  orderId,
}: {
  command: Extract<Retried, { is: "ended" }>["command"];
  orderId: string;
}) => {
  const words = deadLettersText.value;
  const toOrder = <a href={paths.order(orderId)}>{words.toOrder}</a>;
  if (command.status === "dead") {
    return (
      <Alert tone="bad" title={words.deadAgain} urgent>
        <p class="reason">{command.reason}</p>
      </Alert>
    );
  }
  const { result, problem } = command;
  if (problem) {
    return (
      <Alert
        tone="warn"
        title={
          <>
            {words.refused}: {nameOf(codeNames.value, problem.code)} <code>{problem.code}</code>
          </>
        }
      >
        <p lang="en">{problem.detail}</p>
        {toOrder}
      </Alert>
    );
  }
  return (
    <Alert tone="good" title={words.done}>
      {result && (
        <p>
          {nameOf(eventNames.value, result.event)} <StateChip state={result.state} bare />
        </p>
      )}
      {toOrder}
    </Alert>
  );
};
