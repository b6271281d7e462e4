import { useId } from "preact/hooks";
import type { OrderView } from "../../schemas/order.ts";
import { orderText } from "./text.ts";

export const PaymentFields = ({ order }: { order: OrderView }) => {
  const words = orderText.value;
  const id = useId();
  return (
    <>
      <div class="field">
        <label for={`${id}k`}>{words.paymentKey}</label>
        <input
          class="input mono"
          id={`${id}k`}
          name="paymentKey"
          required
          maxLength={200}
          pattern="[A-Za-z0-9_=\-]+"
          autocomplete="off"
          spellcheck={false}
        />
      </div>
      <div class="field">
        <label for={`${id}a`}>{words.payAmount}</label>
        <input
          class="input numeric"
          id={`${id}a`}
          name="amount"
          type="number"
          min={1}
          required
          defaultValue={String(order.totalAmount)}
        />
      </div>
    </>
  );
};
