import type { Fleet } from "../../schemas/fleet.ts";
import { formatCount } from "../ui/money.tsx";
import { Sparkline } from "./sparkline.tsx";
import { kinds } from "./stuck-kinds.ts";
import { fleetText } from "./text.ts";

/** The fleet in figures: how many, how fast, and how much of it is stuck. */
export const Strip = ({ fleet }: { fleet: Fleet }) => {
  const words = fleetText.value;
  const minute = fleet.perSecond.reduce((sum, count) => sum + count, 0);
  return (
    <section class="strip" aria-label={words.figures}>
      <dl class="strip-part">
        <dt>{words.total}</dt>
        <dd class="figure">{formatCount(fleet.total)}</dd>
      </dl>
      <div class="strip-part wide">
        <dl>
          <dt>{words.rate}</dt>
          <dd class="figure">{formatCount(fleet.perSecond.at(-1) ?? 0)}</dd>
          <dd class="figure-note">{words.minute(formatCount(minute))}</dd>
        </dl>
        <Sparkline values={fleet.perSecond} label={words.rateOver} />
      </div>
      <dl class="strip-part attention">
        {kinds.map((kind) => (
          <div key={kind} class={fleet.stuck[kind] > 0 ? `stuck ${kind}` : "stuck none"}>
            <dt>{words[kind]}</dt>
            <dd class="figure small">{formatCount(fleet.stuck[kind])}</dd>
            {kind === "payingUnknown" && fleet.stuck.payingUnexamined !== undefined && (
              <dd class="figure-note">{words.unexaminedShort(formatCount(fleet.stuck.payingUnexamined))}</dd>
            )}
          </div>
        ))}
      </dl>
    </section>
  );
};
