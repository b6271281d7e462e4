import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../../deploy/servers/ports.ts";

setDefaultTimeout(60_000);

const DEPLOY = resolve(import.meta.dir, "../../deploy");

describe("bun run start --mock, as on a fresh machine", () => {
  let folder: string;
  const running = new Set<{ kill(signal: "SIGKILL"): void }>();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "jumun-start-mock-"));
  });
  afterAll(() => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  /** A command of deploy/ in a folder of its own, without the settings of this process. */
  const run = (command: string, args: readonly string[], env: Record<string, string> = {}) => {
    const child = Bun.spawn([process.execPath, join(DEPLOY, `${command}.ts`), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const said = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const ended = child.exited.then(async (code) => {
      running.delete(child);
      const [out, err] = await said;
      return { code, out, err };
    });
    return { child, ended };
  };

  const health = async (url: string): Promise<object> => {
    for (const deadline = Date.now() + 30_000; ; await Bun.sleep(50)) {
      const answer = await fetch(`${url}/healthz`).catch(() => undefined);
      if (answer?.ok) return (await answer.json()) as object;
      if (Date.now() > deadline) throw new Error(`${url} did not answer`);
    }
  };

  test("start_givesCustomersAShop_withoutAccountOrSettings", async () => {
    const port = await freePort();
    const shop = run("main", ["--mock", "--mock-port", "0"], { PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    const told = await health(url);
    expect(told).toEqual({ status: "ok", tossMock: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    const { code, out } = await run("simulate", ["--url", url, "--orders", "30", "--rate", "500"]).ended;
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("30 orders compared, 0 differ") });

    shop.child.kill("SIGTERM");
    const ended = await shop.ended;
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(ended.out).toContain("TOSS IS A MOCK: no money is real here");
    expect(existsSync(join(folder, "data", "mock", "orders.sqlite"))).toBe(true);
  });

  test("simulate_refuses_aShopWithAnotherSecretKey", async () => {
    const port = await freePort();
    const env = {
      PORT: String(port),
      TOSS_SECRET_KEY: "test_sk_of_a_shop",
      DATA_DIR: join(folder, "real"),
      AUTH: "dev",
    };
    const shop = run("main", [], env);
    const url = `http://127.0.0.1:${port}`;
    expect(await health(url)).toEqual({ status: "ok" });
    const { code, err } = await run("simulate", ["--url", url]).ended;
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("Nothing was sent to it") });
    shop.child.kill("SIGTERM");
    expect((await shop.ended).code).toBe(0);
  });

  test("simulate_showsItsToken_aShopThatAsksWhoCalls", async () => {
    const { out: token } = await run("token", ["--role", "operator", "--id", "simulate"]).ended;
    const port = await freePort();
    const env = { PORT: String(port), AUTH_JWKS: "data/auth/jwks.json", DATA_DIR: "guarded" };
    const shop = run("main", ["--mock", "--mock-port", "0"], env);
    const url = `http://127.0.0.1:${port}`;
    await health(url);
    const asked = ["--url", url, "--orders", "10", "--rate", "500"];
    const stranger = await run("simulate", asked).ended;
    expect(stranger).toMatchObject({ code: 2, err: expect.stringContaining("JUMUN_TOKEN") });
    const { code } = await run("simulate", asked, { JUMUN_TOKEN: token.trim() }).ended;
    expect(code).toBe(0);
    shop.child.kill("SIGTERM");
    expect((await shop.ended).code).toBe(0);
  });

  test.each(["MONGODB_URL", "NATS_URL_FILE"])("start_refusesTheMock_ordersOfAnotherShop %s", async (name) => {
    const port = String(await freePort());
    const started = await run("main", ["--mock", "--mock-port", "0"], {
      PORT: port,
      [name]: "mongodb://shop",
    }).ended;
    expect(started).toMatchObject({
      code: 1,
      err: expect.stringContaining(`${name} would give it the orders`),
    });
  });

  test("start_saysWhatToDo_mockPortTakenOrNone", async () => {
    const taken = Bun.serve({ port: 0, fetch: () => new Response() });
    const busy = await run("main", ["--mock", "--mock-port", String(taken.port)]).ended;
    await taken.stop(true);
    expect({ code: busy.code, err: busy.err }).toEqual({
      code: 1,
      err: expect.stringContaining("Set --mock-port to another"),
    });
    expect(await run("main", ["--mock", "--mock-port", "door"]).ended).toMatchObject({
      code: 64,
      err: expect.stringContaining("not a TCP port"),
    });
  });
});
