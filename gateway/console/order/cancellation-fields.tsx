import { useId } from "preact/hooks";
import type { OrderView } from "../../schemas/order.ts";
import { PiecesFields } from "./pieces-fields.tsx";
import { orderText } from "./text.ts";

export const CancellationFields = ({ order }: { order: OrderView }) => {
  const words = orderText.value;
  const id = useId();
  return (
    <>
      {order.state === "ordered" ? <p class="quiet">{words.wholeOrder}</p> : <PiecesFields order={order} />}
      <div class="field">
        <label for={id}>{words.reason}</label>
        <input class="input" id={id} name="reason" required maxLength={150} placeholder={words.reasonHint} />
      </div>
    </>
  );
};
