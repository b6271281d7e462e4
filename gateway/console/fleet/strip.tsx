import type { Fleet } from "../../schemas/fleet.ts";
import { formatCount } from "../ui/money.tsx";
import { formatKst } from "../ui/time.tsx";
import { Sparkline } from "./sparkline.tsx";
import { kinds } from "./stuck-kinds.ts";
import { fleetText } from "./text.ts";

/** The fleet in figures: how many, how fast, and how much of it is stuck. */
export const Strip = ({ fleet }: { fleet: Fleet }) => {
  const words = fleetText.value;
  const lately = formatCount(fleet.perSecond.reduce((sum, count) => sum + count, 0));
  // Flows grow from none when the first one begins to look.
  const whole = Date.parse(fleet.at) - Date.parse(fleet.since) >= fleet.perSecond.length * 1_000;
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
          <dd class="figure-note">
            {whole ? words.minute(lately) : words.sinceThen(lately, formatKst(fleet.since).slice(11))}
          </dd>
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
