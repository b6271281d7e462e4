import { useEffect } from "preact/hooks";
import type { Fleet, StuckOrders } from "../../schemas/fleet.ts";
import { useResource } from "../api/resource.ts";
import { commandNames, nameOf } from "../i18n/names.ts";
import { paths } from "../route.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { StateChip } from "../ui/chip.tsx";
import { Icon } from "../ui/icon.tsx";
import { formatCount, Money } from "../ui/money.tsx";
import { now } from "../ui/now.ts";
import { Panel } from "../ui/panel.tsx";
import { Ago } from "../ui/time.tsx";
import { kinds, type StuckKind } from "./stuck-kinds.ts";
import { fleetText } from "./text.ts";

const SHOWN = 6;

/** Orders that do not go on by themselves, each a link to itself. Read again when a count changes. */
export const Attention = ({ stuck }: { stuck: Fleet["stuck"] }) => {
  const words = fleetText.value;
  const list = useResource<StuckOrders>("/fleet/stuck");
  const counts = kinds.map((kind) => stuck[kind]).join();
  // The counts are what makes the list old.
  useEffect(() => {
    const later = setTimeout(list.reload, 500);
    return () => clearTimeout(later);
  }, [counts]);
  const some = kinds.filter((kind) => stuck[kind] > 0);
  return (
    <Panel title={words.attention} flush>
      {list.trouble && <TroubleAlert trouble={list.trouble} onRetry={list.reload} />}
      {some.length === 0 && (
        <p class="calm">
          <Icon name="check" /> {words.nothing}
        </p>
      )}
      {some.length > 0 && (
        <div class="attention-grid">
          {some.map((kind) => (
            <Group key={kind} kind={kind} count={stuck[kind]} stuck={list.data} />
          ))}
        </div>
      )}
    </Panel>
  );
};

const Group = ({
  kind,
  count,
  stuck,
}: {
  kind: StuckKind;
  count: number;
  stuck: StuckOrders | undefined;
}) => {
  const words = fleetText.value;
  const rest = count - Math.min(SHOWN, stuck?.[kind].length ?? 0);
  return (
    <section class={`stuck-group ${kind}`} aria-label={words[kind]}>
      <h3>
        {words[kind]} <span class="count">{formatCount(count)}</span>
      </h3>
      <p class="quiet">{words[`${kind}Note`]}</p>
      <ul class="stuck-list">{stuck && rowsOf(kind, stuck)}</ul>
      {rest > 0 && (
        <p class="stuck-more">
          <a href={moreOf(kind)}>
            {words.all} <span class="quiet">{words.more(formatCount(rest))}</span>
          </a>
        </p>
      )}
    </section>
  );
};

const moreOf = (kind: StuckKind): string => {
  if (kind === "deadLetters") return paths.deadLetters();
  return paths.find(
    kind === "refundFailed" ? { state: "refundFailed" } : kind === "payingUnknown" ? { state: "paying" } : {},
  );
};

const rowsOf = (kind: StuckKind, stuck: StuckOrders) =>
  kind === "deadLetters"
    ? stuck.deadLetters.slice(0, SHOWN).map(({ commandId, orderId, type, reason, at }) => (
        <li key={commandId}>
          <a class="stuck-row" href={paths.deadLetters()}>
            <span class="stuck-id">{orderId}</span>
            <span class="stuck-money">{nameOf(commandNames.value, type)}</span>
            <span class="stuck-why">{reason}</span>
            <Ago at={at} now={now.value} />
          </a>
        </li>
      ))
    : stuck[kind].slice(0, SHOWN).map(({ orderId, state, totalAmount, customerId, since, reason }) => (
        <li key={orderId}>
          <a class="stuck-row" href={paths.order(orderId)}>
            <span class="stuck-id">{orderId}</span>
            <span class="stuck-money">
              <Money krw={totalAmount} />
            </span>
            <span class="stuck-why">
              {kind === "effectsWaiting" && <StateChip state={state} bare />} {reason ?? customerId}
            </span>
            <Ago at={since} now={now.value} />
          </a>
        </li>
      ));
