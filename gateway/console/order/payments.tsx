import type { PastPayment } from "../../../machines/order/replay.ts";
import type { OrderView } from "../../schemas/order.ts";
import { PaymentChip } from "../ui/chip.tsx";
import { Copy } from "../ui/copy.tsx";
import { formatCount } from "../ui/money.tsx";
import { Panel } from "../ui/panel.tsx";
import { Time } from "../ui/time.tsx";
import { orderText } from "./text.ts";

/** Each attempt at paying, as it stood. */
export const Payments = ({ payments, order }: { payments: readonly PastPayment[]; order: OrderView }) => {
  const words = orderText.value;
  return (
    <Panel title={words.payments} aside={formatCount(payments.length)} flush>
      {payments.length === 0 && <p class="empty">{words.noPayments}</p>}
      <ul class="cards">
        {payments.map(({ attempt, status, paymentKey, requestedAt, approvedAt, failureCode }) => {
          const today = order.payments.find((one) => one.attempt === attempt);
          return (
            <li key={attempt} class="card">
              <div class="card-head">
                <strong>{words.attempt(attempt)}</strong>
                <PaymentChip status={status} />
              </div>
              {paymentKey !== undefined && (
                <p class="key">
                  <code title={words.paymentKey}>{paymentKey}</code> <Copy text={paymentKey} />
                </p>
              )}
              <p class="quiet card-notes">
                <span>
                  {words.requestedAt} <Time at={requestedAt} />
                </span>
                {approvedAt !== undefined && (
                  <span>
                    {words.approved} <Time at={approvedAt} />
                  </span>
                )}
                {today?.card && approvedAt !== undefined && (
                  <span>
                    {words.card} {today.card.issuerCode} · {today.card.number}
                  </span>
                )}
                {failureCode !== undefined && (
                  <span class="bad">
                    {failureCode} {today?.failure?.message}
                  </span>
                )}
              </p>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
};
