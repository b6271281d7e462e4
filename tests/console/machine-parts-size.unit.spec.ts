import { expect, test } from "bun:test";

test("past_bundlesSmall_forABrowserWithoutTheMachine", async () => {
  const built = await Bun.build({
    entrypoints: [new URL("../../machines/order/past.ts", import.meta.url).pathname],
    target: "browser",
    minify: true,
  });
  const code = (await built.outputs[0]?.text()) ?? "";
  expect(code).toContain("refund.completed");
  expect(code.length).toBeLessThan(5_000);
  expect(code).not.toMatch(/xstate|typebox/i);
});

test("edgesOfStep_bundlesWithoutXState_forABrowser", async () => {
  const { outputs } = await Bun.build({ entrypoints: ["machines/chart-steps.ts"], target: "browser" });
  const code = (await outputs[0]?.text()) ?? "";
  expect(code).toContain("edgesOfStep");
  expect(code).not.toContain("xstate");
  expect(code.length).toBeLessThan(4_000);
});
