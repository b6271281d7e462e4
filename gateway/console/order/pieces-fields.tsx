import { useId, useState } from "preact/hooks";
import type { OrderView } from "../../schemas/order.ts";
import { orderText } from "./text.ts";

/** Which pieces are meant: all that are open, or so many of each line. */
export const PiecesFields = ({ order }: { order: OrderView }) => {
  const words = orderText.value;
  const id = useId();
  const [all, setAll] = useState(true);
  const open = order.lines.filter(({ active }) => active > 0);
  return (
    <fieldset class="pieces-fields">
      <legend class="unseen">{words.lines}</legend>
      <label class="check">
        <input
          type="checkbox"
          name="all"
          checked={all}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />
        {words.everything}
      </label>
      {!all && (
        <>
          <p class="quiet">{words.piecesHint}</p>
          <ul>
            {open.map(({ productId, name, active }) => (
              <li key={productId}>
                <label for={`${id}${productId}`}>
                  {name ?? productId} <span class="quiet">{words.ofOpen(active)}</span>
                </label>
                <input
                  class="input numeric"
                  id={`${id}${productId}`}
                  name={`pieces ${productId}`}
                  type="number"
                  min={0}
                  max={active}
                  defaultValue="0"
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </fieldset>
  );
};
