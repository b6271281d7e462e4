import type { DeadLetters as Letters } from "../../schemas/command.ts";
import { useResource } from "../api/resource.ts";
import { shell } from "../i18n/shell.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { formatCount } from "../ui/money.tsx";
import { Page } from "../ui/page.tsx";
import { Letter } from "./letter.tsx";
import { deadLettersText } from "./text.ts";

/** As many as the API gives at once. */
const MOST = 500;

/** Commands that were put aside, each to inspect and to let try again. */
export const DeadLetters = () => {
  const words = deadLettersText.value;
  const list = useResource<Letters>(`/dead-letters?limit=${MOST}`);
  const letters = list.data?.deadLetters;
  return (
    <Page
      title={shell.value.deadLetters}
      aside={
        <>
          {letters && letters.length > 0 && (
            <span class="quiet">
              {letters.length === MOST
                ? words.first(formatCount(MOST))
                : words.count(formatCount(letters.length))}
            </span>
          )}
          <Button small busy={list.loading} onClick={list.reload}>
            {words.refresh}
          </Button>
        </>
      }
    >
      {list.trouble && <TroubleAlert trouble={list.trouble} onRetry={list.reload} />}
      {!letters && list.loading && (
        <p class="empty" role="status">
          {shell.value.loading}…
        </p>
      )}
      {letters?.length === 0 && (
        <div class="all-well">
          <Icon name="check" />
          <p class="all-well-title">{words.empty}</p>
          <p>{words.emptyHint}</p>
        </div>
      )}
      {letters && letters.length > 0 && (
        <>
          <p class="lead">{words.what}</p>
          <ul class="panel letters">
            {letters.map((letter) => (
              <Letter key={letter.commandId} letter={letter} />
            ))}
          </ul>
        </>
      )}
    </Page>
  );
};
