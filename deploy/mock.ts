import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { MOCK_SECRET_KEY } from "../actors/toss/mock-key.ts";
import type { Env } from "./settings.ts";
import { StartError } from "./start-error.ts";

/** A Toss mock beside the shop. */
export interface MockBeside {
  readonly url: string;
  /** The environment with what makes the shop use the mock, and a folder of its own within the data folder. */
  settings(): Env;
  stop(): Promise<void>;
}

type FirstWord = { readonly url: string; readonly mId: string } | { readonly failure: string };

/** What would bring orders whose money is real, or processes that work on them, to a Toss that knows neither. */
const SHARED = ["MONGODB_URL", "MONGODB_URL_FILE", "NATS_URL", "NATS_URL_FILE"] as const;

/**
 * Starts the Toss mock on `port` (0: any free one) in a thread of this process. Throws StartError, also where the shop
 * would not have its orders to itself: a mock that knows nothing of a payment makes it look declined.
 */
export const startMockBeside = async (port: number, env: Env): Promise<MockBeside> => {
  const shared = SHARED.filter((name) => env[name]);
  if (shared.length > 0) {
    throw new StartError(
      `--mock is for a shop of its own, and ${shared.join(" and ")} would give it the orders of another. ` +
        "Leave out --mock, or unset what is set.",
    );
  }
  const thread = new Worker(new URL("./mock-thread.ts", import.meta.url), { workerData: port });
  const word = await new Promise<FirstWord>((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  if ("failure" in word) {
    await thread.terminate();
    throw new StartError(
      `The Toss mock can't listen on port ${port} (${word.failure}). Set --mock-port to another (0: any free one).`,
    );
  }
  return {
    url: word.url,
    settings: () => ({
      ...env,
      DATA_DIR: join(env.DATA_DIR || "data", "mock"),
      TOSS_BASE_URL: word.url,
      TOSS_SECRET_KEY: MOCK_SECRET_KEY,
      TOSS_SECRET_KEY_FILE: undefined,
      TOSS_MID: word.mId,
      // Nothing here is worth a token, unless one is asked for.
      AUTH: env.AUTH || (env.AUTH_JWKS || env.AUTH_JWKS_FILE ? "jwt" : "dev"),
      // It is no use to spare the mock.
      TOSS_MAX_PER_SECOND: env.TOSS_MAX_PER_SECOND || "10000",
    }),
    async stop() {
      const ended = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
      thread.postMessage("stop");
      await ended;
    },
  };
};
