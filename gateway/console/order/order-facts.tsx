import type { Past } from "../../../machines/order/past.ts";
import type { OrderView } from "../../schemas/order.ts";
import { paths } from "../route.ts";
import { Facts } from "../ui/facts.tsx";
import { Money } from "../ui/money.tsx";
import { Time } from "../ui/time.tsx";
import { orderText } from "./text.ts";

/** Whose order it is, and its money as it stood. */
export const OrderFacts = ({ order, shown }: { order: OrderView; shown: Past }) => {
  const words = orderText.value;
  const captured = shown.payments.some(({ status }) => status === "captured");
  return (
    <Facts
      facts={[
        { label: words.total, value: <Money krw={shown.totalAmount} strong /> },
        {
          label: words.paid,
          value: captured ? <Money krw={shown.totalAmount} /> : <span class="quiet">{words.notPaid}</span>,
        },
        { label: words.refunded, value: <Money krw={shown.refundedAmount} /> },
        { label: words.balance, value: <Money krw={shown.balance} /> },
        {
          label: words.customer,
          value: <a href={paths.find({ customerId: order.customer.id })}>{order.customer.id}</a>,
          note: order.customer.name && `${order.customer.name} · ${order.customer.phone}`,
        },
        { label: words.placed, value: <Time at={order.placedAt} /> },
      ]}
    />
  );
};
