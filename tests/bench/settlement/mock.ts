import { freePort, LOOPBACK } from "../../../deploy/servers/ports.ts";
import { confine } from "../../../deploy/servers/privileges.ts";
import { PAID_OUT_DATE } from "./rows.ts";

const SECRET_KEY = "test_sk_bench";
const READY_MS = 10_000;

export interface MockProcess {
  readonly baseUrl: string;
  readonly secretKey: string;
  stop(): Promise<void>;
}

/** Toss' mock in a process of its own, with so many rows paid out on PAID_OUT_DATE. */
export const startMock = async (rows: number): Promise<MockProcess> => {
  const port = await freePort();
  const main = new URL("../../toss/main.ts", import.meta.url).pathname;
  const command = [process.execPath, main, "--port", String(port), "--secret-key", SECRET_KEY];
  const child = Bun.spawn(confine(command, { deathSignal: "KILL" }), {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const baseUrl = `http://${LOOPBACK}:${port}`;
  await generate(baseUrl, rows);
  return {
    baseUrl,
    secretKey: SECRET_KEY,
    async stop() {
      child.kill();
      await child.exited;
    },
  };
};

/** Tries until the mock listens. */
const generate = async (baseUrl: string, rows: number): Promise<void> => {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    try {
      const response = await fetch(`${baseUrl}/mock/settlements/rows`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ paidOutDate: PAID_OUT_DATE, rows }),
      });
      if (!response.ok) throw new Error(`the mock makes no rows: ${await response.text()}`);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await Bun.sleep(50);
    }
  }
};
