import type { DeadLetterView } from "../../schemas/command.ts";
import type { OrderView } from "../../schemas/order.ts";
import { useResource } from "../api/resource.ts";
import { commandNames, nameOf, roleNames } from "../i18n/names.ts";
import { paths } from "../route.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Named, StateChip } from "../ui/chip.tsx";
import { Copy } from "../ui/copy.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Time } from "../ui/time.tsx";
import { deadLettersText } from "./text.ts";

/** All that is known of a dead letter, and how its order is now. */
export const Details = ({ letter, onClose }: { letter: DeadLetterView; onClose: () => void }) => {
  const words = deadLettersText.value;
  const { commandId, orderId, type, actor, issuedAt, reason, at } = letter;
  const order = useResource<OrderView>(`/orders/${encodeURIComponent(orderId)}`);
  return (
    <Dialog title={nameOf(commandNames.value, type)} onClose={onClose}>
      <section class="letter-reason" aria-label={words.reason}>
        {reason}
      </section>
      <dl class="letter-facts">
        <dt>{words.command}</dt>
        <dd>
          <span class="mono">{commandId}</span> <Copy text={commandId} />
        </dd>
        <dt>{words.type}</dt>
        <dd>
          <Named name={nameOf(commandNames.value, type)} code={type} />
        </dd>
        <dt>{words.order}</dt>
        <dd>
          <a class="mono" href={paths.order(orderId)}>
            {orderId}
          </a>{" "}
          {order.data && <StateChip state={order.data.state} bare />}
        </dd>
        <dt>{words.actor}</dt>
        <dd>
          {nameOf(roleNames.value, actor.role)} <code>{actor.id}</code>
        </dd>
        <dt>{words.issued}</dt>
        <dd>
          <Time at={issuedAt} />
        </dd>
        <dt>{words.putAside}</dt>
        <dd>
          <Time at={at} />
        </dd>
      </dl>
      {order.trouble && <TroubleAlert trouble={order.trouble} />}
      <p class="quiet">{words.withoutData}</p>
    </Dialog>
  );
};
