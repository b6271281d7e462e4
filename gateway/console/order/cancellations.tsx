import type { PastCancellation } from "../../../machines/order/replay.ts";
import type { OrderView } from "../../schemas/order.ts";
import { CancellationChip } from "../ui/chip.tsx";
import { formatCount, Money } from "../ui/money.tsx";
import { Panel } from "../ui/panel.tsx";
import { Time } from "../ui/time.tsx";
import { CommandRow } from "./command-row.tsx";
import { orderText } from "./text.ts";

interface Parts {
  readonly cancellations: readonly PastCancellation[];
  readonly order: OrderView;
  /** Commands are for now, never for the past. */
  readonly present: boolean;
}

export const Cancellations = ({ cancellations, order, present }: Parts) => {
  const words = orderText.value;
  const names = new Map(order.lines.map(({ productId, name }) => [productId, name ?? productId]));
  return (
    <Panel title={words.cancellations} aside={formatCount(cancellations.length)} flush>
      {cancellations.length === 0 && <p class="empty">{words.noCancellations}</p>}
      <ul class="cards">
        {cancellations.map(({ id, state, lines, amount, refundAttempts, failureCode }) => {
          const today = order.cancellations.find((one) => one.id === id);
          return (
            <li key={id} class="card">
              <div class="card-head">
                <strong>#{id}</strong>
                <CancellationChip state={state} />
                <span class="card-amount">
                  <Money krw={amount} strong />
                </span>
              </div>
              <p>
                {lines
                  .map(({ productId, quantity }) => `${names.get(productId) ?? productId} × ${quantity}`)
                  .join(", ")}
              </p>
              {today && <p class="quiet">“{today.reason}”</p>}
              <p class="quiet card-notes">
                {today && (
                  <span>
                    {words.requestedAt} <Time at={today.requestedAt} />
                  </span>
                )}
                {refundAttempts > 0 && <span>{words.attempts(refundAttempts)}</span>}
                {failureCode !== undefined && state === "failed" && (
                  <span class="bad">
                    {failureCode} {present && today?.failure?.message}
                  </span>
                )}
                {present && today?.refundedAt && (
                  <span>
                    {words.refundedAt} <Time at={today.refundedAt} />
                  </span>
                )}
              </p>
              {present && today && <CommandRow commands={today.commands} />}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
};
