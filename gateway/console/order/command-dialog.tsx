import { useEffect, useRef, useState } from "preact/hooks";
import type { OrderView, PossibleCommand } from "../../schemas/order.ts";
import { type Told, useCommand } from "../api/command.ts";
import { commandNames, nameOf } from "../i18n/names.ts";
import { shell } from "../i18n/shell.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CancellationFields } from "./cancellation-fields.tsx";
import { Outcome } from "./outcome.tsx";
import { PaymentFields } from "./payment-fields.tsx";
import { PiecesFields } from "./pieces-fields.tsx";
import { orderText } from "./text.ts";

interface Parts {
  readonly order: OrderView;
  readonly command: PossibleCommand;
  readonly onTold: (told: Told) => void;
  readonly onClose: () => void;
}

/** A command that wants to know something first. Closes once it is taken; a refusal stays, with the form, to be mended. */
export const CommandDialog = ({ order, command, onTold, onClose }: Parts) => {
  const { told, send } = useCommand();
  const [empty, setEmpty] = useState(false);
  const closed = useRef(false);
  useEffect(
    () => () => {
      closed.current = true;
    },
    [],
  );
  const form = forms[command.type];
  if (!form) return null;
  const { Fields, bodyOf } = form;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const body = bodyOf(data, order);
    setEmpty(isEmpty(body));
    if (isEmpty(body)) return;
    const now = await send(command.href, body);
    // The form tells a refusal, unless it was closed before the answer came.
    if (now.is === "refused" && !closed.current) return;
    onTold(now);
    if (!closed.current) onClose();
  };
  return (
    <Dialog title={nameOf(commandNames.value, command.type)} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Fields order={order} />
        {empty && <Alert tone="warn" title={orderText.value.chooseSome} urgent />}
        {!empty && told?.is === "refused" && <Outcome told={told} />}
        <div class="row end">
          <Button onClick={onClose}>{shell.value.cancel}</Button>
          <Button kind="primary" type="submit" busy={told?.is === "sending"}>
            {told?.is === "sending"
              ? `${orderText.value.sending}…`
              : nameOf(commandNames.value, command.type)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

/** What is said of the lines in a form: pieces by product, or nothing for all that is still open. */
const linesOf = (data: FormData, { lines }: OrderView) => {
  if (data.get("all") === "on") return undefined;
  return lines.flatMap(({ productId }) => {
    const quantity = Number(data.get(`pieces ${productId}`) ?? 0);
    return quantity > 0 ? [{ productId, quantity }] : [];
  });
};

const withLines = (data: FormData, order: OrderView) => {
  const lines = order.state === "ordered" ? undefined : linesOf(data, order);
  return lines ? { lines } : {};
};

/** Lines were asked for and none was chosen. */
const isEmpty = (body: object): boolean =>
  "lines" in body && Array.isArray(body.lines) && body.lines.length === 0;

interface Form {
  readonly Fields: (props: { order: OrderView }) => preact.VNode;
  readonly bodyOf: (data: FormData, order: OrderView) => object;
}

const forms: Readonly<Record<string, Form>> = {
  "payment.request": {
    Fields: PaymentFields,
    bodyOf: (data) => ({
      paymentKey: String(data.get("paymentKey")).trim(),
      amount: Number(data.get("amount")),
    }),
  },
  "purchase.confirm": { Fields: PiecesFields, bodyOf: withLines },
  "cancellation.request": {
    Fields: CancellationFields,
    bodyOf: (data, order) => ({ ...withLines(data, order), reason: String(data.get("reason")).trim() }),
  },
};

/** Whether a command is asked for by a form. */
export const wantsForm = ({ type }: PossibleCommand): boolean => Object.hasOwn(forms, type);
