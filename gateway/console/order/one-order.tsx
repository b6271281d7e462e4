import type { OrderView } from "../../schemas/order.ts";
import { useResource } from "../api/resource.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { StateChip } from "../ui/chip.tsx";
import { Money } from "../ui/money.tsx";
import { Page } from "../ui/page.tsx";

export const OneOrder = ({ orderId }: { orderId: string }) => {
  const order = useResource<OrderView>(`/orders/${encodeURIComponent(orderId)}`);
  return (
    <Page title={orderId}>
      {order.trouble && <TroubleAlert trouble={order.trouble} onRetry={order.reload} />}
      {order.data && (
        <p>
          <StateChip state={order.data.state} /> <Money krw={order.data.totalAmount} />
        </p>
      )}
    </Page>
  );
};
