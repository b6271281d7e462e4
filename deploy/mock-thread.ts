import { parentPort, workerData } from "node:worker_threads";
import { startTossMock } from "../tests/toss/mod.ts";

/** The Toss mock in a thread of its own: its work doesn't hold up the shop's. Told to stop, it ends. */
try {
  const mock = await startTossMock({ port: workerData as number });
  parentPort?.on("message", () => void mock.stop().then(() => process.exit(0)));
  parentPort?.postMessage({ url: mock.url, mId: mock.mId });
} catch (error) {
  parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
}
