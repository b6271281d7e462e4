import { authorizationBy } from "./entry.ts";
import type { Meter } from "./meter.ts";

/** A request as its sender remembers it: sent again, it is the same one, since the key is a part of it. */
export interface Command {
  readonly action: string;
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

/** An answer for good: the command was accepted, or refused. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Http {
  /**
   * Sends until the answer is for good: again under the same key after 202, 408, 429, a 5xx or no answer, as soon as
   * Retry-After lets it. Throws {@link NoAnswerError} when there is none in time.
   */
  send(command: Command): Promise<Reply>;
  /** A GET that must be answered 200; tried again as above. Throws {@link NoAnswerError}. */
  get(action: string, path: string): Promise<unknown>;
}

/** No answer for good in time, or one that promises none. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

export interface HttpOptions {
  readonly url: string;
  readonly meter: Meter;
  /** Shown with each request; left out where nobody asks for one. */
  readonly token?: string | undefined;
  /** How long one request is tried again, in ms. */
  readonly giveUpMs: number;
}

const ANSWER_MS = 60_000;
const FIRST_WAIT_MS = 25;
const LAST_WAIT_MS = 1_000;
const LONGEST_RETRY_AFTER_MS = 10_000;

/** What a request is made of. */
interface Sent {
  readonly method?: "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One try: an answer, or nothing. */
interface Try extends Reply {
  readonly retryAfterMs: number | undefined;
}

export const createHttp = ({ url, meter, token, giveUpMs }: HttpOptions): Http => {
  const authorization = authorizationBy(token);
  const once = async (action: string, path: string, init: Sent): Promise<Try | undefined> => {
    try {
      const response = await fetch(`${url}${path}`, {
        ...init,
        headers: { ...init.headers, ...authorization },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      meter.reply(action, response.status);
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      return {
        status: response.status,
        text,
        body: read(text),
        retryAfterMs: Number.isFinite(seconds)
          ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER_MS)
          : undefined,
      };
    } catch {
      meter.reply(action, "none");
      return undefined;
    }
  };

  const untilForGood = async (action: string, path: string, init: Sent): Promise<Reply> => {
    const begun = performance.now();
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LAST_WAIT_MS)) {
      const answer = await once(action, path, init);
      if (answer && isForGood(answer)) {
        meter.answered(action, performance.now() - begun);
        return answer;
      }
      if (answer?.body.code === "COMMAND_FAILED") {
        throw new NoAnswerError(`${path}: the command was put aside for an operator (COMMAND_FAILED)`);
      }
      if (performance.now() - begun > giveUpMs) {
        throw new NoAnswerError(
          `${path}: no answer for good within ${giveUpMs} ms; the last was ${answer ? `${answer.status} ${answer.text}` : "none"}`,
        );
      }
      await Bun.sleep(answer?.retryAfterMs ?? wait);
    }
  };

  return {
    send: ({ action, path, body, key }) =>
      untilForGood(action, path, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(body),
      }),
    async get(action, path) {
      const { status, text, body } = await untilForGood(action, path, {});
      if (status !== 200) throw new NoAnswerError(`GET ${path}: ${status} ${text}`);
      return body;
    },
  };
};

const NOT_YET: ReadonlySet<number> = new Set([202, 408, 429]);
const isForGood = ({ status }: Reply): boolean => !NOT_YET.has(status) && status < 500;

const read = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};
