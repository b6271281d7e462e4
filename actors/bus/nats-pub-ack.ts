import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { Msg } from "nats";
import { type ActorError, RetryableError, TerminalError } from "../errors.ts";
import { busUnavailable } from "./nats-link.ts";

/** What the server said to a message published to JetStream. */
export type PubAck =
  | { readonly status: "stored"; readonly duplicate: boolean }
  /** Nobody listens on that subject: the stream is gone, or JetStream is. */
  | { readonly status: "missing" }
  /** Not now; the same message in a moment. */
  | { readonly status: "busy" }
  | { readonly status: "refused"; readonly error: ActorError };

export const readPubAck = (msg: Msg): PubAck => {
  if (msg.data.length === 0 && msg.headers?.code === 503) return { status: "missing" };
  const body = parse(msg);
  if (isStored.Check(body)) return { status: "stored", duplicate: body.duplicate === true };
  if (!isRefused.Check(body)) {
    return { status: "refused", error: busUnavailable("NATS answered with something else than an ack.") };
  }
  const { err_code, description } = body.error;
  if (BUSY.has(err_code)) return { status: "busy" };
  return { status: "refused", error: refusal(err_code, description) };
};

const isStored = TypeCompiler.Compile(
  Type.Object({ stream: Type.String(), seq: Type.Integer(), duplicate: Type.Optional(Type.Boolean()) }),
);
const isRefused = TypeCompiler.Compile(
  Type.Object({ error: Type.Object({ err_code: Type.Integer(), description: Type.String() }) }),
);

/** JetStream's error numbers, from the server's `errors.json`. */
const BUSY: ReadonlySet<number> = new Set([
  10008, // JetStream system temporarily unavailable
  10158, // a message of the same id is being stored
  10167, // too many requests
]);
const MESSAGE_TOO_LARGE = 10054;
const STREAM_FULL = 10077;

const refusal = (code: number, description: string): ActorError => {
  if (code === MESSAGE_TOO_LARGE) {
    return new TerminalError("COMMAND_TOO_LARGE", {
      message: "The message is larger than its stream takes. Nothing was stored. Send less in one command.",
    });
  }
  if (code === STREAM_FULL) {
    return new RetryableError("OVERLOADED", {
      message: "The stream has reached its limit. Nothing was stored. Try again when the backlog is shorter.",
    });
  }
  return busUnavailable(`NATS refused the message (${code}: ${description}). Nothing was stored.`);
};

const parse = (msg: Msg): unknown => {
  try {
    return JSON.parse(msg.string());
  } catch {
    return undefined;
  }
};
