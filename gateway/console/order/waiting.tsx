import type { OrderView } from "../../schemas/order.ts";
import { commandNames, effectNames, nameOf } from "../i18n/names.ts";
import { Icon } from "../ui/icon.tsx";
import { now } from "../ui/now.ts";
import { Panel } from "../ui/panel.tsx";
import { Ago } from "../ui/time.tsx";
import { CommandRow } from "./command-row.tsx";
import { orderText } from "./text.ts";

/** What will happen to the order by itself, and what waits for someone. Only of now: history does not tell it. */
export const Waiting = ({ order, present }: { order: OrderView; present: boolean }) => {
  const words = orderText.value;
  const nothing = order.timers.length === 0 && order.effects.length === 0;
  return (
    <Panel title={words.waiting} flush>
      {!present && <p class="empty">{words.nowOnly}</p>}
      {present && nothing && <p class="empty">{words.nothingWaits}</p>}
      {present && (
        <ul class="cards">
          {order.effects.map(({ id, type, tries, nextTryAt, lastError, commands }) => (
            <li key={id} class={nextTryAt === null ? "card alarm" : "card"}>
              <div class="card-head">
                <Icon name={nextTryAt === null ? "warn" : "clock"} />
                <strong>{nameOf(effectNames.value, type)}</strong> <code>{id}</code>
              </div>
              <p class="quiet card-notes">
                <span>{words.tries(tries)}</span>
                <span class={nextTryAt === null ? "bad" : undefined}>
                  {nextTryAt === null ? (
                    words.forOperator
                  ) : (
                    <>
                      {words.nextTry} <Ago at={nextTryAt} now={now.value} />
                    </>
                  )}
                </span>
                {lastError !== undefined && (
                  <span>
                    {words.lastError}: {lastError}
                  </span>
                )}
              </p>
              <CommandRow commands={commands} />
            </li>
          ))}
          {order.timers.map(({ id, command, dueAt }) => (
            <li key={id} class="card">
              <div class="card-head">
                <Icon name="clock" />
                <strong>{nameOf(commandNames.value, command)}</strong>
                <span class="card-amount quiet">
                  <Ago at={dueAt} now={now.value} />
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
};
