import { useState } from "preact/hooks";
import type { PossibleCommand } from "../../schemas/order.ts";
import { replyMayBeLost, useCommand } from "../api/command.ts";
import { commandNames, nameOf } from "../i18n/names.ts";
import { Button } from "../ui/button.tsx";
import { useFocusKept } from "../ui/use-focus-kept.ts";
import { Outcome } from "./outcome.tsx";
import { orderText } from "./text.ts";

/**
 * Commands that need no more than a click, and how the newest click went. That is told even when the order has moved on
 * and the command is not possible any more: it is how a click that came too late is refused.
 */
export const CommandRow = ({ commands }: { commands: readonly PossibleCommand[] }) => {
  const { told, send } = useCommand();
  const [clicked, setClicked] = useState<PossibleCommand>();
  const row = useFocusKept<HTMLDivElement>();
  const sending = told?.is === "sending";
  const go = (command: PossibleCommand) => {
    setClicked(command);
    void send(command.href);
  };
  const again = clicked && told?.is === "refused" && replyMayBeLost(told.trouble) && (() => go(clicked));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of a form
    <div ref={row} class="row commands" role="group" aria-label={orderText.value.commands} tabIndex={-1}>
      {commands.map((command) => (
        <Button key={command.type} small busy={sending} onClick={() => go(command)}>
          {sending && clicked?.type === command.type
            ? `${orderText.value.sending}…`
            : nameOf(commandNames.value, command.type)}
        </Button>
      ))}
      {told && !sending && told.is !== "done" && (
        <div class="command-outcome">
          <Outcome told={told} {...(again && { onRetry: again })} />
        </div>
      )}
    </div>
  );
};
