import { type Browser, chromium } from "playwright-core";
import { aptInstall, canAptInstall } from "../../deploy/servers/apt.ts";
import { logToStderr } from "../../deploy/servers/log.ts";

const programs = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

const found = (): string | undefined =>
  process.env.CHROMIUM ?? programs.map((name) => Bun.which(name)).find((path) => path !== null) ?? undefined;

/** The path of a Chromium: CHROMIUM, one that is installed, or on Debian as root one that is installed now. */
const findChromium = async (): Promise<string> => {
  const here = found();
  if (here) return here;
  if (canAptInstall()) await aptInstall("chromium", logToStderr);
  const installed = found();
  if (installed) return installed;
  throw new Error(
    "The console's tests want Chromium. Install it, or set CHROMIUM to the path of its program.",
  );
};

/** A headless browser. `--no-sandbox`, since tests may run as root, and it only ever opens our own pages. */
export const launchBrowser = async (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: await findChromium(),
    args: ["--no-sandbox", "--disable-dev-shm-usage", ...more],
  });
