import { signal } from "@preact/signals";
import { createEventSource, type FetchLikeInit, type FetchLikeResponse } from "eventsource-client";
import { notKnown, token, withToken } from "./session.ts";

export type Liveness = "idle" | "connecting" | "live" | "lost";

/** How the stream of the view in front stands; the shell shows it. */
export const liveness = signal<Liveness>("idle");

export interface Stream {
  readonly path: string;
  /** The id of the newest event that is known already. */
  readonly after?: string;
  readonly onData: (data: unknown) => void;
  /** The gateway does not take the request, and would not take it again: the stream has ended. */
  readonly onRefused?: () => void;
}

/** The gateway sends a comment each 15 s when there is nothing else. After three of them missed nobody is there. ms */
const SILENCE = 45_000;

/** Follows a server-sent event stream until the returned function is called; reconnects by itself. */
export const follow = ({ path, after, onData, onRefused }: Stream): (() => void) => {
  let closed = false;
  let newest = after;
  let heardAt = Date.now();
  liveness.value = "connecting";

  const end = () => {
    closed = true;
    clearInterval(watch);
    source.close();
    liveness.value = "idle";
  };

  /** An error document is no stream: to be tried again like a lost connection, unless it is the request's own fault. */
  const answered = async (url: string | URL, init?: FetchLikeInit): Promise<FetchLikeResponse> => {
    const mine = token.value;
    const { headers, ...rest } = init as RequestInit;
    const response = await fetch(url, { ...rest, headers: withToken(headers, mine) });
    if (response.status === 401) notKnown(mine);
    if (response.ok) return response;
    const refused = response.status >= 400 && response.status < 500 && response.status !== 429;
    if (refused && onRefused && !closed) {
      end();
      onRefused();
    }
    throw new Error(`${url}: ${response.status}`);
  };

  const connect = () => {
    heardAt = Date.now();
    const mine = createEventSource({
      url: new URL(path, location.origin),
      fetch: answered,
      ...(newest !== undefined && { initialLastEventId: newest }),
      onConnect: () => {
        if (mine !== source || closed) return;
        heardAt = Date.now();
        liveness.value = "live";
      },
      onMessage: ({ id, data }) => {
        if (mine !== source || closed) return;
        heardAt = Date.now();
        newest = id ?? newest;
        onData(JSON.parse(data));
      },
      onComment: () => {
        heardAt = Date.now();
      },
      onScheduleReconnect: () => {
        if (mine === source && !closed) liveness.value = "lost";
      },
    });
    return mine;
  };
  let source = connect();

  // A connection, or a try at one, can be dead without a word, as after the machine has slept: the page would say
  // "live" for ever.
  const watch = setInterval(() => {
    if (Date.now() - heardAt < SILENCE) return;
    liveness.value = "lost";
    source.close();
    source = connect();
  }, 5_000);
  return () => {
    if (!closed) end();
  };
};
