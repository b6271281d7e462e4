import { useState } from "preact/hooks";
import type { OrderView, PossibleCommand } from "../../schemas/order.ts";
import type { Told } from "../api/command.ts";
import { commandNames, nameOf } from "../i18n/names.ts";
import { Button } from "../ui/button.tsx";
import { useFocusKept } from "../ui/use-focus-kept.ts";
import { CommandDialog, wantsForm } from "./command-dialog.tsx";
import { CommandRow } from "./command-row.tsx";
import { orderText } from "./text.ts";

const kinds: Readonly<Record<string, "primary" | "danger">> = {
  "payment.request": "primary",
  "cancellation.request": "danger",
};

/** What the order's machine takes now, as buttons. */
export const Actions = ({ order, onTold }: { order: OrderView; onTold: (told: Told) => void }) => {
  const [open, setOpen] = useState<PossibleCommand>();
  const box = useFocusKept<HTMLDivElement>();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of a form
    <div ref={box} class="order-actions" role="group" aria-label={orderText.value.commands} tabIndex={-1}>
      {order.commands.filter(wantsForm).map((command) => (
        <Button key={command.type} kind={kinds[command.type] ?? "plain"} onClick={() => setOpen(command)}>
          {nameOf(commandNames.value, command.type)}
        </Button>
      ))}
      <CommandRow commands={order.commands.filter((command) => !wantsForm(command))} />
      {open && (
        <CommandDialog order={order} command={open} onTold={onTold} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
};
