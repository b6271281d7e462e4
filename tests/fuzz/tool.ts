import { mkdirSync } from "node:fs";
import { join } from "node:path";

const FOLDER = ".cache/fuzz";
const requirements = join(import.meta.dir, "requirements.txt");

const run = async (command: readonly string[]): Promise<void> => {
  const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
  const said = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) === 0) return;
  throw new Error(`${command.join(" ")} failed:\n${(await said).join("\n")}`);
};

/** Installs schemathesis into a Python environment in .cache/fuzz, unless the pinned versions are there. Its path. */
export const installSchemathesis = async (): Promise<string> => {
  const environment = join(FOLDER, "venv");
  const stamp = Bun.file(join(environment, "installed.txt"));
  const wanted = await Bun.file(requirements).text();
  if (!(await stamp.exists()) || (await stamp.text()) !== wanted) {
    mkdirSync(FOLDER, { recursive: true });
    await run(["python3", "-m", "venv", "--clear", environment]);
    await run([
      join(environment, "bin/pip"),
      "install",
      "--quiet",
      "--no-deps",
      "--requirement",
      requirements,
    ]);
    await Bun.write(stamp, wanted);
  }
  return join(environment, "bin/schemathesis");
};
