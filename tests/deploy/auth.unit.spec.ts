import { expect, test } from "bun:test";
import { openAuth } from "../../deploy/auth.ts";
import { readConfig } from "../../deploy/config.ts";
import { ConfigError, type Env } from "../../deploy/settings.ts";
import { createSigner, fileWith, jwksOf } from "../gateway/auth-lab.ts";
import { createLogBook } from "../gateway/lab.ts";

const signer = await createSigner();

const problemsOf = (env: Env): readonly string[] => {
  try {
    readConfig({ TOSS_SECRET_KEY: "test_sk_x", ...env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

test("start_stops_neitherKeysNorDev", () => {
  const [problem, ...others] = problemsOf({});
  expect(others).toEqual([]);
  expect(problem).toStartWith("AUTH: ");
  expect(problem).toContain("AUTH_JWKS");
  expect(problem).toContain("AUTH=dev");
  expect(problemsOf({ AUTH: "jwt" })).toHaveLength(1);
  expect(problemsOf({ AUTH: "" })).toHaveLength(1);
});

test("start_stops_otherModes", () => {
  for (const AUTH of ["none", "off", "false", "DEV", "jwt "]) expect(problemsOf({ AUTH })).toHaveLength(1);
});

test("start_stops_devBeyondLoopback", () => {
  for (const HOST of ["0.0.0.0", "::", "10.0.0.1", "127.evil.example", "shop.example"]) {
    expect(problemsOf({ AUTH: "dev", HOST }).join()).toContain("AUTH: dev makes an operator of whoever");
  }
  for (const HOST of ["127.0.0.1", "localhost", "::1"]) expect(problemsOf({ AUTH: "dev", HOST })).toEqual([]);
});

test("start_stops_devWithKeys", () => {
  using file = fileWith(jwksOf(signer));
  expect(problemsOf({ AUTH: "dev", AUTH_JWKS: file.path }).join()).toContain("looks at no token");
});

test("start_goesOn_keysFromAFileOrAUrl", () => {
  using jwks = fileWith(jwksOf(signer));
  using pem = fileWith(signer.publicPem);
  const sources = [
    jwks.path,
    pem.path,
    "https://issuer.example/jwks.json",
    "http://127.0.0.1:9/jwks",
    "http://[::1]:9/jwks",
  ];
  for (const AUTH_JWKS of sources) {
    expect({ AUTH_JWKS, problems: problemsOf({ AUTH_JWKS }) }).toEqual({ AUTH_JWKS, problems: [] });
    expect(problemsOf({ AUTH_JWKS, HOST: "0.0.0.0" })).toEqual([]);
  }
});

test("start_stops_keysThatCanNotBeTrusted", () => {
  using empty = fileWith("{}");
  for (const AUTH_JWKS of [
    "http://issuer.example/jwks.json",
    "http://127.evil.example/jwks.json",
    "ftp://issuer.example/jwks.json",
    "/nowhere/jwks.json",
    empty.path,
  ]) {
    expect(problemsOf({ AUTH_JWKS }).join()).toStartWith("AUTH_JWKS: ");
  }
});

test("start_repeatsNoKey_keysInPlaceOfAPath", () => {
  for (const AUTH_JWKS of ["-----BEGIN PRIVATE KEY-----\nsecret", '{"keys":[{"d":"secret"}]}']) {
    const problems = problemsOf({ AUTH_JWKS }).join();
    expect(problems).toStartWith("AUTH_JWKS: It must be a path or a URL");
    expect(problems).not.toContain("secret");
  }
});

test("runtime_needsNoKeys_listensNowhere", () => {
  const apart = { JUMUN_ROLE: "runtime", NATS_URL: "nats://127.0.0.1", MONGODB_URL: "mongodb://127.0.0.1" };
  expect(problemsOf(apart)).toEqual([]);
  expect(problemsOf({ ...apart, JUMUN_ROLE: "gateway" })).toHaveLength(1);
});

test("openAuth_isLoud_dev", () => {
  const { lines, log } = createLogBook();
  openAuth(readConfig({ TOSS_SECRET_KEY: "test_sk_x", AUTH: "dev" }), { now: Date.now }, log);
  expect(lines).toMatchObject([{ level: "warn" }]);
  expect(lines[0]?.message).toContain("NO AUTHENTICATION");
});

test("openAuth_isQuiet_jwt", () => {
  using file = fileWith(jwksOf(signer));
  const { lines, log } = createLogBook();
  const config = readConfig({ TOSS_SECRET_KEY: "test_sk_x", AUTH_JWKS: file.path });
  expect(openAuth(config, { now: Date.now }, log).callersReady).toBeDefined();
  expect(lines).toEqual([]);
});
