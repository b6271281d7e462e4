/** What fetch must be able to do; the global `fetch` fits. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An HTTP request to Toss, before it has a host and credentials. */
export interface TossRequest {
  readonly method: "GET" | "POST";
  /** From the root of the API, e.g. `/v1/payments/confirm`. */
  readonly path: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Toss' own name for the exchange, for its support. */
  readonly traceId?: string;
}

export type Exchange =
  | { readonly kind: "answered"; readonly answer: Answer }
  /** There was no connection to send the request on. */
  | { readonly kind: "notSent"; readonly cause: string }
  /** The request may have arrived; its answer did not, or not whole. */
  | { readonly kind: "noAnswer"; readonly cause: string };

/** Failures to connect: the host's name is unknown, or nobody listens. */
const NOT_CONNECTED: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/**
 * Sends one request and waits for the whole answer, for at most `timeoutMs`. Never rejects. A cause names the failure
 * by its code alone, because an error's text may hold what was sent.
 */
export const createHttp = (parts: {
  baseUrl: string;
  authorization: string;
  timeoutMs: number;
  fetch: Fetch;
}) => {
  const headersOf = ({ body, idempotencyKey }: TossRequest) => ({
    Authorization: parts.authorization,
    Accept: "application/json",
    ...(body !== undefined && { "Content-Type": "application/json" }),
    ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
  });

  return async (request: TossRequest): Promise<Exchange> => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), parts.timeoutMs);
    try {
      const response = await parts.fetch(parts.baseUrl + request.path, {
        method: request.method,
        headers: headersOf(request),
        ...(request.body !== undefined && { body: request.body }),
        // Following a redirect would take the credentials to wherever it points.
        redirect: "manual",
        signal: controller.signal,
      });
      const body = await response.text();
      const traceId = response.headers.get("x-tosspayments-trace-id");
      return { kind: "answered", answer: { status: response.status, body, ...(traceId && { traceId }) } };
    } catch (error) {
      if (controller.signal.aborted) {
        return { kind: "noAnswer", cause: `no whole answer within ${parts.timeoutMs} ms` };
      }
      const code = codeOf(error);
      // Not for a GET: fetch quietly sends one again when a reused connection closes under it, so the connection that
      // was refused may have been its second.
      const notSent = request.method === "POST" && NOT_CONNECTED.has(code);
      return { kind: notSent ? "notSent" : "noAnswer", cause: code };
    } finally {
      clearTimeout(timer);
    }
  };
};

const codeOf = (error: unknown): string => {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "no error code";
};
