import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type ConsoleLab, openConsoleLab } from "./lab.ts";

/** A browser and a shop, there while a file's tests run. */
export interface Stage {
  readonly browser: Browser;
  readonly lab: ConsoleLab;
}

/** Opens a stage before whatever else the calling file does before its tests, and closes it after them. */
export const openStage = (openLab: () => Promise<ConsoleLab> = openConsoleLab): Stage => {
  setDefaultTimeout(120_000);
  let browser: Browser;
  let lab: ConsoleLab;
  beforeAll(async () => {
    [browser, lab] = await Promise.all([launchBrowser(), openLab()]);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });
  return {
    get browser() {
      return browser;
    },
    get lab() {
      return lab;
    },
  };
};
