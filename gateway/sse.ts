import type { Clock } from "../actors/ports.ts";

const encoder = new TextEncoder();

/** Tells the browser to reconnect after a second, and opens the stream at once. */
export const OPENING = encoder.encode("retry: 1000\n\n");
/** A comment, so that no proxy takes a quiet stream for dead. */
export const HEARTBEAT = encoder.encode(": still here\n\n");

/** One server-sent event. @example serverSentEvent("id: 7", entry) */
export const serverSentEvent = (field: `id: ${number}` | `event: ${string}`, data: unknown): Uint8Array =>
  encoder.encode(`${field}\ndata: ${JSON.stringify(data)}\n\n`);

/** The longest that a timer can wait. ms */
const LONGEST_WAIT = 2 ** 31 - 1;

/** Ends a stream at the moment `until`, epoch ms: whoever reads it must show a token again. */
export const endingAt = (until: number | undefined, clock: Clock, end: () => void) =>
  until === undefined ? undefined : setTimeout(end, Math.min(until - clock.now(), LONGEST_WAIT));

/** The answer that a stream of them is. None, to who asks for the head alone. */
export const eventStreamResponse = (stream: ReadableStream<Uint8Array> | null): Response =>
  new Response(stream, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
