import { signal } from "@preact/signals";
import { createEventSource, type FetchLikeInit, type FetchLikeResponse } from "eventsource-client";

export type Liveness = "idle" | "connecting" | "live" | "lost";

/** How the stream of the view in front stands; the shell shows it. */
export const liveness = signal<Liveness>("idle");

export interface Stream {
  readonly path: string;
  /** The id of the newest event that is known already. */
  readonly after?: string;
  readonly onData: (data: unknown) => void;
  /** After each reconnect: what passed meanwhile may have to be read. */
  readonly onOpen?: () => void;
}

/** An error document is no stream: to be tried again like a lost connection. */
const answered = async (url: string | URL, init?: FetchLikeInit): Promise<FetchLikeResponse> => {
  const response = await fetch(url, init as RequestInit);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
};

/** Follows a server-sent event stream until the returned function is called; reconnects by itself. */
export const follow = ({ path, after, onData, onOpen }: Stream): (() => void) => {
  let closed = false;
  liveness.value = "connecting";
  const source = createEventSource({
    url: new URL(path, location.origin),
    fetch: answered,
    ...(after !== undefined && { initialLastEventId: after }),
    onConnect: () => {
      if (closed) return;
      liveness.value = "live";
      onOpen?.();
    },
    onMessage: ({ data }) => {
      if (!closed) onData(JSON.parse(data));
    },
    onDisconnect: () => {
      if (!closed) liveness.value = "lost";
    },
    onScheduleReconnect: () => {
      if (!closed) liveness.value = "lost";
    },
  });
  return () => {
    closed = true;
    source.close();
    liveness.value = "idle";
  };
};
