import { resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "../..");

/** A command of ours that ended, with all that it wrote. */
export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs `deploy/<name>.ts` with these settings and no others, to its end. */
export const runCommand = async (
  name: "main" | "settle" | "ledgers",
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Ended> => {
  const { PATH = "", HOME = "" } = process.env;
  const child = Bun.spawn([process.execPath, `${ROOT}/deploy/${name}.ts`, ...args], {
    cwd: ROOT,
    env: { PATH, HOME, PORT: "0", LOG_LEVEL: "debug", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, output: out + err };
};
