import { useEffect, useRef, useState } from "preact/hooks";
import type { CommandPending } from "../../schemas/command.ts";
import { type Ended, endingOf } from "../api/ending.ts";
import { request, type Trouble } from "../api/http.ts";

/** What became of a command that was let try again. */
export type Retried =
  | { readonly is: "sending" }
  /** Durable and on its way, not done within our patience. */
  | { readonly is: "pending" }
  | { readonly is: "ended"; readonly command: Ended }
  | { readonly is: "refused"; readonly trouble: Trouble };

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
    const command = await endingOf(commandId, signal);
    tell(command ? { is: "ended", command } : { is: "pending" });
  };
  return { retried, retry };
};
