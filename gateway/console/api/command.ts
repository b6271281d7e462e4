import { useRef, useState } from "preact/hooks";
import type { CommandPending, CommandResult } from "../../schemas/command.ts";
import { request, type Trouble } from "./http.ts";

/** How the newest click on a command went. */
export type Told =
  | { readonly is: "sending" }
  | { readonly is: "done"; readonly result: CommandResult }
  | { readonly is: "pending"; readonly pending: CommandPending }
  | { readonly is: "refused"; readonly trouble: Trouble };

/** The reply may be lost although the command was taken: the same click sent again must carry the same key. */
const replyMayBeLost = (trouble: Trouble): boolean =>
  trouble.kind === "away" || trouble.problem.status >= 500;

/**
 * Sends commands, each click under an Idempotency-Key of its own. A click whose reply was lost keeps its key for the
 * next try of the same request, so that it is run once.
 */
export const useCommand = (onTold?: (told: Told) => void) => {
  const [told, setTold] = useState<Told>();
  const unsure = useRef<{ request: string; key: string } | undefined>(undefined);

  const send = async (href: string, body: object = {}): Promise<Told> => {
    const json = JSON.stringify(body);
    const wanted = `${href} ${json}`;
    const key = unsure.current?.request === wanted ? unsure.current.key : crypto.randomUUID();
    unsure.current = { request: wanted, key };
    setTold({ is: "sending" });
    const got = await request<CommandResult | CommandPending>(href, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: json,
    });
    const now: Told = !got.ok
      ? { is: "refused", trouble: got.trouble }
      : "status" in got.data
        ? { is: "pending", pending: got.data }
        : { is: "done", result: got.data };
    if (now.is !== "refused" || !replyMayBeLost(now.trouble)) unsure.current = undefined;
    setTold(now);
    onTold?.(now);
    return now;
  };
  return { told, send, forget: () => setTold(undefined) };
};
