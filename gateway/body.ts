import type { Bodies } from "./limits/bodies.ts";
import { HttpProblem } from "./problem.ts";

/** Far deeper than any request of ours, and shallow enough for every walk over a body. */
const MAX_DEPTH = 16;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a request's body as JSON, strictly: `application/json` in valid UTF-8, at most `limit` bytes whether or not
 * its length was announced, no text that a store can't keep. An absent body reads as `{}`. Waits among `bodies`.
 */
export const createJsonReader =
  (limit: number, bodies: Bodies) =>
  async ({ request }: { request: Request }): Promise<unknown> => {
    const bytes = await readBytes(request, limit, bodies);
    if (bytes.byteLength === 0) return {};
    if (!isJson(request.headers.get("content-type"))) {
      throw new HttpProblem({
        code: "UNSUPPORTED_MEDIA_TYPE",
        detail: "The body must be JSON. Nothing was changed. Send it with `Content-Type: application/json`.",
      });
    }
    const value = parse(bytes);
    const fault = faultIn(value, MAX_DEPTH);
    if (fault) throw new HttpProblem({ code: "VALIDATION_FAILED", detail: `${fault} Nothing was changed.` });
    return value;
  };

const isJson = (contentType: string | null): boolean =>
  contentType !== null && /^application\/json\s*(;|$)/i.test(contentType);

const parse = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): unknown => {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new HttpProblem({
      code: "MALFORMED_JSON",
      detail: "The body is not JSON in UTF-8. Nothing was changed. Correct it and send it again.",
    });
  }
};

/** Walks at most `depth` levels down. */
const faultIn = (value: unknown, depth: number): string | undefined => {
  if (typeof value === "string") {
    return value.includes("\0") || !value.isWellFormed()
      ? "A text in the body holds a NUL or half of a surrogate pair."
      : undefined;
  }
  if (value === null || typeof value !== "object") return undefined;
  if (depth === 0) return `The body is nested deeper than ${MAX_DEPTH} levels.`;
  for (const part of Object.values(value)) {
    const fault = faultIn(part, depth - 1);
    if (fault) return fault;
  }
  return undefined;
};

const tooLarge = (limit: number): HttpProblem =>
  new HttpProblem(
    {
      code: "PAYLOAD_TOO_LARGE",
      detail: `The body is larger than ${limit} bytes. Nothing was changed. Send less.`,
    },
    { connection: "close" },
  );

const readBytes = (
  request: Request,
  limit: number,
  bodies: Bodies,
): ArrayBuffer | Promise<ArrayBuffer | Uint8Array<ArrayBuffer>> => {
  const announced = request.headers.get("content-length");
  if (announced === null) {
    const { body } = request;
    return body ? bodies.receive(limit, () => readChunks(body, limit)) : new ArrayBuffer(0);
  }
  if (Number(announced) > limit) throw tooLarge(limit);
  return bodies.receive(Number(announced), () => request.arrayBuffer());
};

/** A body of unannounced length is given up as soon as it is too long, however much is still to come. */
const readChunks = async (
  body: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
};
