import { join } from "node:path";
import { freePort } from "../../../../deploy/servers/ports.ts";
import { launch } from "../../../../deploy/servers/process.ts";
import { until } from "../until.ts";

/** The payment double as a process beside a bench. */
export interface DoubleProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export const startDoubleProcess = async (folder: string): Promise<DoubleProcess> => {
  const port = await freePort();
  const logFile = join(folder, "double.log");
  const child = launch({
    command: [process.execPath, join(import.meta.dir, "main.ts"), String(port)],
    logFile,
    deathSignal: "KILL",
  });
  const url = `http://127.0.0.1:${port}`;
  await until("The payment double", logFile, async () => (await fetch(`${url}/mock/accounts`)).ok);
  return {
    url,
    pid: child.pid,
    async stop() {
      child.signal("SIGKILL");
      await child.exited;
    },
  };
};
