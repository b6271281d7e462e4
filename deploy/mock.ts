import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { MOCK_SECRET_KEY } from "../actors/toss/mock-key.ts";
import type { Env } from "./settings.ts";
import { StartError } from "./start-error.ts";

/** A Toss mock beside the shop. */
export interface MockBeside {
  readonly url: string;
  /** The environment with what makes the shop use the mock; a folder of its own unless one was set. */
  settings(env: Env): Env;
  stop(): Promise<void>;
}

type FirstWord = { readonly url: string; readonly mId: string } | { readonly failure: string };

/** Starts the Toss mock on `port` (0: any free one) in a thread of this process. Throws StartError. */
export const startMockBeside = async (port: number): Promise<MockBeside> => {
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
    settings: (env) => ({
      ...env,
      DATA_DIR: env.DATA_DIR || join("data", "mock"),
      TOSS_BASE_URL: word.url,
      TOSS_SECRET_KEY: MOCK_SECRET_KEY,
      TOSS_SECRET_KEY_FILE: undefined,
      TOSS_MID: word.mId,
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
