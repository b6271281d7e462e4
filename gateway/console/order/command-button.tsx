import type { PossibleCommand } from "../../schemas/order.ts";
import { useCommand } from "../api/command.ts";
import { commandNames, nameOf } from "../i18n/names.ts";
import { Button } from "../ui/button.tsx";
import { Outcome } from "./outcome.tsx";
import { orderText } from "./text.ts";

/** A command that needs no more than its click; how it went stands below. */
export const CommandButton = ({ command }: { command: PossibleCommand }) => {
  const { told, send } = useCommand();
  const busy = told?.is === "sending";
  const go = () => void send(command.href);
  return (
    <>
      <Button small busy={busy} onClick={go}>
        {busy ? `${orderText.value.sending}…` : nameOf(commandNames.value, command.type)}
      </Button>
      {told && told.is !== "sending" && told.is !== "done" && (
        <div class="command-outcome">
          <Outcome
            told={told}
            {...(told.is === "refused" && told.trouble.kind === "away" && { onRetry: go })}
          />
        </div>
      )}
    </>
  );
};
