import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { formatCount } from "../ui/money.tsx";
import { Time } from "../ui/time.tsx";
import { orderText } from "./text.ts";

/** Says that what is shown is past, and leads back. */
export const AsItWas = ({ seq, at, onNow }: { seq: number; at: string | null; onNow: () => void }) => (
  <div class="as-it-was" role="status">
    <Icon name="clock" />
    <p>
      {orderText.value.asItWas(formatCount(seq))}
      {at !== null && (
        <>
          {" · "}
          <Time at={at} />
        </>
      )}
    </p>
    <Button small onClick={onNow}>
      {orderText.value.backToNow}
    </Button>
  </div>
);
