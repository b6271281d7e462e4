import { useEffect, useRef, useState } from "preact/hooks";
import type { CommandPending, CommandView } from "../../schemas/command.ts";
import { get, request, type Trouble } from "../api/http.ts";

/** What became of a command that was let try again. */
export type Retried =
  | { readonly is: "sending" }
  /** Durable and on its way, not done within our patience. */
  | { readonly is: "pending" }
  | { readonly is: "ended"; readonly command: Exclude<CommandView, CommandPending> }
  | { readonly is: "refused"; readonly trouble: Trouble };

/** Between looks at how the command does. ms */
const LOOKS = [100, 200, 400, 800, 1_500, 3_000, 5_000];

/** Lets a dead letter try again, then looks until it is done, or is a dead letter once more. */
export const useRetry = (commandId: string) => {
  const [retried, setRetried] = useState<Retried>();
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  const retry = async (): Promise<void> => {
    const { signal } = leaving.current;
    const tell = (now: Retried) => {
      if (!signal.aborted) setRetried(now);
    };
    tell({ is: "sending" });
    const got = await request<CommandPending>(`/dead-letters/${encodeURIComponent(commandId)}/retry`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      signal,
    });
    if (!got.ok) return tell({ is: "refused", trouble: got.trouble });
    for (const pause of LOOKS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const seen = await get<CommandView>(`/commands/${encodeURIComponent(commandId)}`, signal);
      if (signal.aborted) return;
      if (seen.ok && seen.data.status !== "pending") return tell({ is: "ended", command: seen.data });
    }
    tell({ is: "pending" });
  };
  return { retried, retry };
};
