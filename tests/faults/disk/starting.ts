import { dirname } from "node:path";
import { MOCK_SECRET_KEY } from "../../../actors/toss/mock-key.ts";
import { isRoot } from "../../../deploy/servers/privileges.ts";
import { startProcess } from "../../crash/process.ts";

/** Whom a process runs as that must not be able to do everything; a test that is not root's runs it as itself. */
const NOBODY = { name: "nobody", uid: 65_534, gid: 65_534 };
export const nobody = isRoot() ? NOBODY : undefined;

export interface Ending {
  /** Such as `exit code 1`. */
  readonly ended: string;
  /** What it said. */
  readonly output: string;
}

/** Starts the embedded shop on a data folder that it can't start on. Resolves once it ended. */
export const failToStart = async (dataDir: string, { user = false } = {}): Promise<Ending> => {
  const process = startProcess({
    env: {
      DATA_DIR: dataDir,
      NATS_URL: "",
      MONGODB_URL: "",
      TOSS_BASE_URL: "http://127.0.0.1:1",
      TOSS_SECRET_KEY: MOCK_SECRET_KEY,
    },
    folder: dirname(dataDir),
    port: 0,
    ...(user && nobody && { user: nobody }),
  });
  const timer = setTimeout(() => void process.kill9(), 60_000);
  const ended = await process.exited;
  clearTimeout(timer);
  return { ended, output: process.output() };
};
