import { useState } from "preact/hooks";
import type { OrderView, PossibleCommand } from "../../schemas/order.ts";
import type { Told } from "../api/command.ts";
import { commandNames, nameOf } from "../i18n/names.ts";
import { Button } from "../ui/button.tsx";
import { CommandButton } from "./command-button.tsx";
import { CommandDialog, wantsForm } from "./command-dialog.tsx";

const kinds: Readonly<Record<string, "primary" | "danger">> = {
  "payment.request": "primary",
  "cancellation.request": "danger",
};

/** What the order's machine takes now, as buttons. */
export const Actions = ({ order, onTold }: { order: OrderView; onTold: (told: Told) => void }) => {
  const [open, setOpen] = useState<PossibleCommand>();
  return (
    <>
      {order.commands.map((command) =>
        wantsForm(command) ? (
          <Button key={command.type} kind={kinds[command.type] ?? "plain"} onClick={() => setOpen(command)}>
            {nameOf(commandNames.value, command.type)}
          </Button>
        ) : (
          <CommandButton key={command.type} command={command} />
        ),
      )}
      {open && (
        <CommandDialog order={order} command={open} onTold={onTold} onClose={() => setOpen(undefined)} />
      )}
    </>
  );
};
