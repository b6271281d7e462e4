import { useState } from "preact/hooks";
import type { CommandPending, CommandResult } from "../../schemas/command.ts";
import { request, type Trouble } from "./http.ts";
import { newKey } from "./key.ts";

/** How the newest click on a command went. */
export type Told =
  | { readonly is: "sending" }
  | { readonly is: "done"; readonly result: CommandResult }
  | { readonly is: "pending"; readonly pending: CommandPending }
  | { readonly is: "refused"; readonly trouble: Trouble };

/** The reply may be lost although the command was taken: the same click sent again must carry the same key. */
export const replyMayBeLost = (trouble: Trouble): boolean =>
  trouble.kind === "away" || trouble.problem.status >= 500;

/** After this long the same request is meant as another one. ms */
const UNSURE_FOR = 10 * 60_000;

/** Keys of requests without an answer, by request: a form that is closed and filled in again is still the same click. */
const unsure = new Map<string, { readonly key: string; readonly since: number }>();

const keyFor = (request: string): string => {
  const kept = unsure.get(request);
  const usable = kept && Date.now() - kept.since < UNSURE_FOR ? kept : { key: newKey(), since: Date.now() };
  unsure.set(request, usable);
  return usable.key;
};

/**
 * Sends commands, each click under an Idempotency-Key of its own. A click whose reply was lost keeps its key for the
 * next try of the same request, so that it is run once.
 */
export const useCommand = () => {
  const [told, setTold] = useState<Told>();

  const send = async (href: string, body: object = {}): Promise<Told> => {
    const json = JSON.stringify(body);
    const wanted = `${href} ${json}`;
    setTold({ is: "sending" });
    const got = await request<CommandResult | CommandPending>(href, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": keyFor(wanted) },
      body: json,
    });
    const now: Told = !got.ok
      ? { is: "refused", trouble: got.trouble }
      : "status" in got.data
        ? { is: "pending", pending: got.data }
        : { is: "done", result: got.data };
    if (now.is !== "refused" || !replyMayBeLost(now.trouble)) unsure.delete(wanted);
    setTold(now);
    return now;
  };
  return { told, send };
};
