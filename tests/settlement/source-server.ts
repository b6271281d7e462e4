import { afterEach } from "bun:test";
import { createTossSource, type TossSourceOptions } from "../../settlement/source.toss.ts";

/** A stand-in for Toss whose answers a test writes itself: for what the mock of Toss does not say, such as Retry-After. */
export interface AnswerServer {
  readonly url: string;
  /** When each request came, and for what. */
  readonly requests: { readonly at: number; readonly url: URL; readonly authorization: string | null }[];
}

type Answer = (call: number, url: URL) => Response | Promise<Response>;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export const answering = (answer: Answer): AnswerServer => {
  const requests: AnswerServer["requests"] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch(request) {
      const url = new URL(request.url);
      requests.push({ at: performance.now(), url, authorization: request.headers.get("authorization") });
      return answer(requests.length, url);
    },
  });
  open.push(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}`, requests };
};

export const SECRET_KEY = "test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R";

/** Quick to try again, and quick to give up. */
export const sourceOf = (baseUrl: string, options: Partial<TossSourceOptions> = {}) =>
  createTossSource({
    baseUrl,
    secretKey: SECRET_KEY,
    firstWaitMs: 5,
    longestWaitMs: 20,
    giveUpAfterMs: 2_000,
    ...options,
  });
