import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../../deploy/servers/ports.ts";
import { startProcess } from "../crash/process.ts";

setDefaultTimeout(60_000);

const TOKEN = resolve(import.meta.dir, "../../deploy/token.ts");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "jumun-token-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const child = Bun.spawn([process.execPath, TOKEN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code: child.exitCode, out, err };
};

test("token_opensAGateway_startedWithItsKeys", async () => {
  const made = await run(["--role", "operator", "--id", "kim"]);
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining("AUTH_JWKS=data/auth/jwks.json") });
  const again = await run(["--role", "warehouse", "--id", "depot", "--hours", "0.5"]);
  expect(again).toMatchObject({ code: 0, err: "" });

  expect(statSync(join(folder, "data/auth/private.json")).mode & 0o777).toBe(0o600);
  const jwks = readFileSync(join(folder, "data/auth/jwks.json"), "utf8");
  expect(Object.keys(JSON.parse(jwks).keys[0])).not.toContain("d");

  const shop = startProcess({
    folder,
    port: await freePort(),
    env: {
      DATA_DIR: join(folder, "data"),
      AUTH: "jwt",
      AUTH_JWKS: join(folder, "data/auth/jwks.json"),
      TOSS_BASE_URL: "http://127.0.0.1:9",
      TOSS_SECRET_KEY: "test_sk_x",
    },
  });
  try {
    await shop.ready();
    const ask = async (path: string, token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token.trim()}` };
      return (await fetch(`${shop.url}${path}`, { headers })).status;
    };
    expect([await ask("/fleet"), await ask("/fleet", again.out), await ask("/fleet", made.out)]).toEqual([
      401, 403, 200,
    ]);
    expect(await ask("/metrics", made.out)).toBe(200);
    expect(shop.output()).not.toContain(made.out.trim());
  } finally {
    await shop.stop();
  }
});

test("token_saysWhatIsWrong_badUsage", async () => {
  for (const args of [
    [],
    ["--role", "system", "--id", "x"],
    ["--role", "operator", "--id", "a b"],
    ["--no"],
  ]) {
    const { code, out, err } = await run(args);
    expect({ args, code, out }).toEqual({ args, code: 64, out: "" });
    expect(err).toContain("--help");
  }
  for (const hours of ["0", "-1", "721", "x"]) {
    expect((await run(["--role", "operator", "--id", "kim", "--hours", hours])).code).toBe(64);
  }
});

test("token_isWrittenNowhere_foldersThatCanNotBe", async () => {
  const { code, err } = await run(["--role", "operator", "--id", "kim", "--keys", "/dev/null/auth"]);
  expect({ code, err }).toEqual({ code: 73, err: expect.stringContaining("--keys") });
});
