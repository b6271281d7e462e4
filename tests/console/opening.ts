import { readFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page of the console, and what the browser complained of on it: a breach of the policy, an exception. */
export interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export const phone = { width: 390, height: 844 } as const;

/** Opens `url` in a context of its own, in English unless told otherwise. */
export const openPage = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> => {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
  await page.goto(url);
  const close = () => context.close();
  return { page, complaints, close, [Symbol.asyncDispose]: close };
};

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What WCAG 2.2 AA finds wrong with a page, each as `rule: element`. */
export const wrongForSome = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  const results = (await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  )) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};
