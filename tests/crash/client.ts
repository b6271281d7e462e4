/** A JSON answer, with the fields that tests look at. */
export interface Body {
  readonly commandId?: string;
  readonly orderId?: string;
  readonly state?: string;
  readonly event?: string;
  readonly seq?: number;
  readonly cancellationId?: string;
  readonly code?: string;
  readonly status?: string | number;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** One request as its sender remembers it. Sent again, it is the same request: the key is a part of it. */
export interface ShopRequest {
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

/** What the gateway told somebody: never to be taken back. */
export interface Told {
  readonly request: ShopRequest;
  readonly answer: Answer;
}

export interface ShopClient {
  /** Every definite answer to a `settle`, in the order they came. */
  readonly told: readonly Told[];
  /** Every 202, which promises that the command will be run. */
  readonly promised: readonly Told[];
  /** Sends once. Undefined when no answer came, whatever became of the request. */
  send(request: ShopRequest): Promise<Answer | undefined>;
  /**
   * Sends under the same key until the answer is definite: an accepted or refused command. This is what a careful
   * caller does when a connection breaks, a server is away or the answer is 202.
   * @throws Error when there is none in time: the order is stuck
   */
  settle(path: string, body?: object): Promise<Answer>;
  get<T = Body>(path: string): Promise<T>;
  /** Reads until `enough`, through restarts. @throws Error with the last reading when that takes too long */
  until<T = Body>(path: string, enough: (reading: T) => boolean): Promise<T>;
}

const ANSWER_MS = 15_000;
const SETTLE_MS = 75_000;
const FIRST_WAIT_MS = 25;
const LAST_WAIT_MS = 400;

/** Sends to one gateway after the other, as a load balancer does. */
export const createClient = (gateways: readonly string[]): ShopClient => {
  const told: Told[] = [];
  const promised: Told[] = [];
  let sent = 0;

  /** Asks one gateway, and the others where it gives no answer. */
  const ask = async (path: string, request: RequestInit = {}): Promise<Response> => {
    let failure: unknown;
    for (let tries = 0; tries < gateways.length; tries += 1) {
      sent += 1;
      try {
        const signal = AbortSignal.timeout(ANSWER_MS);
        return await fetch(`${gateways[sent % gateways.length]}${path}`, { ...request, signal });
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };

  const send = async (request: ShopRequest): Promise<Answer | undefined> => {
    try {
      const response = await ask(request.path, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": request.key },
        body: JSON.stringify(request.body),
      });
      const answer = { status: response.status, body: (await response.json()) as Body };
      if (answer.status === 202) promised.push({ request, answer });
      return answer;
    } catch {
      return undefined;
    }
  };

  const get = async <T>(path: string): Promise<T> => {
    const response = await ask(path);
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  return {
    told,
    promised,
    send,
    async settle(path, body = {}) {
      const request = { path, body, key: crypto.randomUUID() };
      let last: Answer | undefined;
      const deadline = Date.now() + SETTLE_MS;
      for (let wait = FIRST_WAIT_MS; Date.now() < deadline; wait = Math.min(wait * 2, LAST_WAIT_MS)) {
        last = (await send(request)) ?? last;
        if (last && last.status !== 202 && last.status < 500) {
          told.push({ request, answer: last });
          return last;
        }
        await Bun.sleep(wait);
      }
      throw new Error(`POST ${path} has no definite answer; the last one was ${JSON.stringify(last)}`);
    },
    get,
    async until<T>(path: string, enough: (reading: T) => boolean) {
      let last: T | undefined;
      const deadline = Date.now() + SETTLE_MS;
      for (let wait = FIRST_WAIT_MS; Date.now() < deadline; wait = Math.min(wait * 2, LAST_WAIT_MS)) {
        last = await get<T>(path).catch(() => last);
        if (last !== undefined && enough(last)) return last;
        await Bun.sleep(wait);
      }
      throw new Error(`GET ${path} never said what was waited for; at last it said ${JSON.stringify(last)}`);
    },
  };
};
