import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../../deploy/servers/ports.ts";

export interface FuzzedShop {
  readonly url: string;
  readonly tossMock: string;
  /** Ends it, and tells how: 0 when it stopped as asked. */
  close(): Promise<number>;
}

/** The embedded shop with its Toss mock, as a process of its own on free ports, in a folder of its own. */
export const openFuzzedShop = async (
  settings: Readonly<Record<string, string>> = {},
): Promise<FuzzedShop> => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-fuzz-"));
  const port = await freePort();
  const main = resolve(import.meta.dir, "../../deploy/main.ts");
  const shop = Bun.spawn([process.execPath, main, "--mock", "--mock-port", "0"], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: folder,
      LOG_LEVEL: "error",
      // One caller asks as fast as it can, and the limit's answer would say nothing of the request.
      RATE_LIMIT_PER_SECOND: "100000",
      RATE_LIMIT_STAFF_PER_SECOND: "100000",
      ...settings,
    },
    stdout: Bun.file(resolve(".cache/fuzz/shop.log")),
    stderr: "inherit",
  });
  const close = async () => {
    shop.kill("SIGTERM");
    const code = await shop.exited;
    rmSync(folder, { recursive: true, force: true });
    return code;
  };

  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 60_000; ; await Bun.sleep(50)) {
    const health = await fetch(`${url}/healthz`).catch(() => undefined);
    if (health?.ok) return { url, tossMock: ((await health.json()) as { tossMock: string }).tossMock, close };
    if (shop.exitCode === null && Date.now() < deadline) continue;
    await close();
    throw new Error("The shop did not start: see .cache/fuzz/shop.log");
  }
};
