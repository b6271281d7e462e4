import type { PastLine } from "../../../machines/order/past.ts";
import { orderText } from "./text.ts";

/** The places a piece can be in, and the order state whose color each shares. */
const places = [
  { key: "active", state: "paid", word: "active" },
  { key: "confirmed", state: "purchaseConfirmed", word: "confirmed" },
  { key: "canceling", state: "cancelRequested", word: "canceling" },
  { key: "refunded", state: "refunded", word: "refundedPieces" },
] as const;

/** Where the pieces of a line stand: a bar of as many parts, and the same in words. */
export const PiecesBar = ({
  line,
}: {
  line: Pick<PastLine, "active" | "confirmed" | "canceling" | "refunded">;
}) => {
  const words = orderText.value;
  const some = places.filter(({ key }) => line[key] > 0);
  return (
    <div class="pieces">
      <div class="pieces-bar" aria-hidden="true">
        {some.map(({ key, state }) => (
          <span key={key} data-state={state} style={{ flexGrow: line[key] }} />
        ))}
      </div>
      <p class="pieces-words">
        {some.map(({ key, state, word }) => (
          <span key={key} data-state={state}>
            {line[key]} {words[word]}
          </span>
        ))}
      </p>
    </div>
  );
};
