import { useState } from "preact/hooks";
import type { DeadLetterView } from "../../schemas/command.ts";
import { commandNames, nameOf, roleNames } from "../i18n/names.ts";
import { paths } from "../route.ts";
import { Button } from "../ui/button.tsx";
import { Named } from "../ui/chip.tsx";
import { now } from "../ui/now.ts";
import { Ago } from "../ui/time.tsx";
import { Details } from "./details.tsx";
import { Outcome } from "./outcome.tsx";
import { deadLettersText } from "./text.ts";
import { useRetry } from "./use-retry.ts";

/** One command that was put aside, and what can be done with it. */
export const Letter = ({ letter }: { letter: DeadLetterView }) => {
  const words = deadLettersText.value;
  const [open, setOpen] = useState(false);
  const { retried, retry } = useRetry(letter.commandId);
  const { type, orderId, actor, reason, at } = letter;
  const name = nameOf(commandNames.value, type);
  const over = retried?.is === "ended" && retried.command.status === "done";
  const actions = !over && (
    <Button
      small
      kind="primary"
      busy={retried?.is === "sending"}
      label={words.retryOf(name, orderId)}
      onClick={retry}
    >
      {words.retry}
    </Button>
  );
  return (
    <li class="letter" data-over={over}>
      <div class="letter-what">
        <h2>
          <Named name={name} code={type} />
        </h2>
        <a class="mono" href={paths.order(orderId)}>
          {orderId}
        </a>
      </div>
      <p class="letter-reason">{reason}</p>
      <p class="letter-who quiet">
        {nameOf(roleNames.value, actor.role)} {actor.id !== actor.role && actor.id} ·{" "}
        <Ago at={at} now={now.value} />
      </p>
      <div class="letter-actions">
        <Button small label={words.inspectOf(name, orderId)} onClick={() => setOpen(true)}>
          {words.inspect}
        </Button>
        {actions}
      </div>
      {retried && (
        <div class="letter-outcome">
          <Outcome retried={retried} orderId={orderId} />
        </div>
      )}
      {open && <Details letter={letter} onClose={() => setOpen(false)} />}
    </li>
  );
};
