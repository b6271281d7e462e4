import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page of the console, and what the browser complained of while it was open. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Exceptions and breaches of the content security policy. */
  readonly complaints: readonly string[];
}

/** Opens `url` in a context of its own, in English unless `options` say otherwise. */
export const visit = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> => {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    // An answer that is a problem is the console's to show, and no fault of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
};
