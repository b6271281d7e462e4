import type { Static } from "@sinclair/typebox";
import type { OrderSettlementsView } from "../../schemas/settlement.ts";
import { useResource } from "../api/resource.ts";
import { paths } from "../route.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Money } from "../ui/money.tsx";
import { Panel } from "../ui/panel.tsx";
import { orderText } from "./text.ts";

/** The rows that Toss has settled for the order, each with the day of its payout. */
export const Settled = ({ orderId }: { orderId: string }) => {
  const words = orderText.value;
  const { data, trouble, reload } = useResource<Static<typeof OrderSettlementsView>>(
    `/orders/${encodeURIComponent(orderId)}/settlements`,
  );
  const code = trouble?.kind === "problem" ? trouble.problem.code : undefined;
  if (code === "SETTLEMENT_NOT_SERVED" || code === "FORBIDDEN") return null;
  return (
    <Panel title={words.settlements} flush>
      {trouble && <TroubleAlert trouble={trouble} onRetry={reload} />}
      {data?.settlements.length === 0 && <p class="empty">{words.noSettlements}</p>}
      <ul class="cards">
        {data?.settlements.map(({ transactionKey, amount, payOutAmount, soldDate, paidOutDate }) => (
          <li key={transactionKey} class="card">
            <div class="card-head">
              <a href={paths.settlements(paidOutDate)}>{paidOutDate}</a>
              <span class="card-amount">
                <Money krw={payOutAmount} strong />
              </span>
            </div>
            <p class="quiet card-notes">
              <span>
                {words.soldDate} {soldDate}
              </span>
              <span>
                {words.amount} <Money krw={amount} />
              </span>
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
};
