import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "../../deploy/app.ts";
import { readConfig } from "../../deploy/config.ts";
import { createLog } from "../../deploy/log.ts";
import { startTossMock } from "../toss/mod.ts";

/** The embedded shop with a Toss mock, both in this process. */
export const openShop = async () => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-simulate-"));
  const mock = await startTossMock();
  const settings = {
    PORT: "0",
    DATA_DIR: folder,
    TOSS_BASE_URL: mock.url,
    TOSS_SECRET_KEY: mock.secretKey,
    TOSS_MID: mock.mId,
    AUTH: "dev",
    TOSS_MAX_PER_SECOND: "10000",
  };
  const app = await startApp(readConfig(settings), createLog("error"));
  return {
    mock,
    url: `${app.url}`,
    async close() {
      await app.stop();
      await mock.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Passes everything on to the shop at `url`, and changes what `lie` wants of each JSON answer to a GET. */
export const openLiar = (url: string, lie: (path: string, answer: Record<string, unknown>) => object) => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "POST" ? await request.text() : undefined;
      const response = await fetch(`${url}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        ...(body !== undefined && { body }),
      });
      if (request.method !== "GET") return response;
      return Response.json(lie(pathname, (await response.json()) as Record<string, unknown>), response);
    },
  });
  return { url: server.url.origin, close: () => server.stop(true) };
};
