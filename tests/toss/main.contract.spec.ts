import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { basic } from "./harness.ts";

// Each test starts processes of its own.
setDefaultTimeout(30_000);

const script = new URL("./main.ts", import.meta.url).pathname;
const run = (...args: string[]) =>
  Bun.spawn([process.execPath, script, ...args], { stdout: "pipe", stderr: "pipe" });
const running = new Set<ReturnType<typeof run>>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts the mock as its own process and reads the URL it prints. */
async function started(...args: string[]) {
  const child = run("--port", "0", ...args);
  running.add(child);
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += new TextDecoder().decode(chunk);
    if (printed.includes("--help lists")) break;
  }
  return { child, printed, url: /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? "" };
}

test("main_servesAPayment_andEndsCleanlyOnSigterm", async () => {
  const { child, printed, url } = await started("--secret-key", "test_sk_from_the_command_line");
  expect(printed).toContain("Secret key: test_sk_from_the_command_line");
  expect(printed).toContain(`curl -s ${url}/mock/authentications`);

  const post = async (path: string, body: object) => {
    const headers = { authorization: basic("test_sk_from_the_command_line:") };
    const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as { paymentKey: string; status: string };
  };
  const order = { orderId: "order-000001", amount: 15_000 };
  const { paymentKey } = await post("/mock/authentications", order);
  expect((await post("/v1/payments/confirm", { ...order, paymentKey })).status).toBe("DONE");

  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});

test("main_paysOutAsTold_lagAndHolidays", async () => {
  const { url } = await started("--settlement-lag", "1", "--holidays", "2026-11-24,2026-11-25");
  const response = await fetch(`${url}/mock/settlements/rows`, {
    method: "POST",
    body: JSON.stringify({ soldDate: "2026-11-23", rows: 1 }),
  });
  expect(await response.json()).toMatchObject({ paidOutDate: "2026-11-26" });
});

test("main_exits1_portTaken", async () => {
  const { url } = await started();
  const second = run("--port", new URL(url).port);
  expect(await second.exited).toBe(1);
  expect(await new Response(second.stderr).text()).toContain("The mock did not start");
});

test.each([
  [["--port", "many"]],
  [["--port", "65536"]],
  [["--webhook-url", "nowhere"]],
  [["--nonsense"]],
  [["--settlement-lag", "soon"]],
  [["--holidays", "2026-02-30"]],
])("main_exits2AndShowsHelp_%j", async (args) => {
  const child = run(...args);
  expect(await child.exited).toBe(2);
  expect(await new Response(child.stderr).text()).toContain("POST   /mock/authentications");
});

test("main_exits0_help", async () => {
  const child = run("--help");
  expect(await child.exited).toBe(0);
  expect(await new Response(child.stdout).text()).toContain("bun run toss:mock");
});
