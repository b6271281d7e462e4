import { useEffect, useRef } from "preact/hooks";
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

/** The list is read no more often than this, however fast the counts change. ms */
const SPACING = 1_000;

/** Orders that do not go on by themselves, each a link to itself. Read again when a count changes. */
export const Attention = ({ stuck }: { stuck: Fleet["stuck"] }) => {
  const words = fleetText.value;
  const list = useResource<StuckOrders>("/fleet/stuck");
  const counts = kinds.map((kind) => stuck[kind]).join();
  const listed = useRef({ counts, at: Date.now() });
  const later = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The counts are what makes the list old. A wait that began is not begun anew: they may never rest.
  useEffect(() => {
    if (counts === listed.current.counts) return;
    listed.current.counts = counts;
    later.current ??= setTimeout(
      () => {
        later.current = undefined;
        listed.current.at = Date.now();
        list.reload();
      },
      Math.max(0, listed.current.at + SPACING - Date.now()),
    );
  }, [counts]);
  useEffect(() => () => clearTimeout(later.current), []);
  const some = kinds.filter((kind) => stuck[kind] > 0);
  const unexamined = stuck.payingUnexamined ?? 0;
  return (
    <Panel title={words.attention} flush>
      {list.trouble && <TroubleAlert trouble={list.trouble} onRetry={list.reload} />}
      {unexamined > 0 && (
        <p class="unexamined">
          <Icon name="warn" /> <a href={paths.find({ state: "paying" })}>{words.unexamined(unexamined)}</a>
        </p>
      )}
      {some.length === 0 && unexamined === 0 && (
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
  const rest = count - Math.min(shownOf(kind), stuck?.[kind].length ?? 0);
  const more = moreOf(kind);
  return (
    <section class={`stuck-group ${kind}`} aria-label={words[kind]}>
      <h3>
        {words[kind]} <span class="count">{formatCount(count)}</span>
      </h3>
      <p class="quiet">{words[`${kind}Note`]}</p>
      <ul class="stuck-list">{stuck && rowsOf(kind, stuck)}</ul>
      {rest > 0 && (
        <p class="stuck-more">
          {more !== undefined && <a href={more}>{words.all}</a>}{" "}
          <span class="quiet">{words.more(formatCount(rest))}</span>
        </p>
      )}
    </section>
  );
};

/** Work that waits for an operator is found in no other view: all that the gateway gives is shown. */
const shownOf = (kind: StuckKind): number => (kind === "effectsWaiting" ? Number.POSITIVE_INFINITY : SHOWN);

/** Where all of a kind are listed. */
const moreOf = (kind: StuckKind): string | undefined => {
  switch (kind) {
    case "deadLetters":
      return paths.deadLetters();
    case "refundFailed":
      return paths.find({ state: "refundFailed" });
    case "payingUnknown":
      return paths.find({ state: "paying" });
    case "effectsWaiting":
      return undefined;
  }
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
    : stuck[kind]
        .slice(0, shownOf(kind))
        .map(({ orderId, effectId, state, totalAmount, customerId, since, reason }) => (
          <li key={`${orderId} ${effectId}`}>
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
