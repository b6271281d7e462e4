import { afterAll, beforeEach, expect, test } from "bun:test";
import { keysFromUrl, type RemoteKeysOptions } from "../../gateway/auth/key-url.ts";
import { bearer, createAuthLab, createSigner, jwksOf, type Signer } from "./auth-lab.ts";
import { problemIn } from "./lab.ts";

/** An issuer's JWKS URL on loopback, which can be away. */
const issuer = { published: [] as Signer[], status: 200, body: undefined as string | undefined, reads: 0 };
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: () => {
    issuer.reads += 1;
    return new Response(issuer.body ?? jwksOf(...issuer.published), { status: issuer.status });
  },
});
afterAll(() => server.stop(true));

const first = await createSigner("key-1");
const second = await createSigner("key-2", "RS256");

beforeEach(() => {
  Object.assign(issuer, { published: [first], status: 200, body: undefined, reads: 0 });
});

const url = new URL("/jwks.json", server.url);

const open = async (options: RemoteKeysOptions = {}, at = url) => {
  const keys = keysFromUrl(at, { cooldownMs: 0, retryMs: 0, ...options });
  const lab = await createAuthLab({ keys, callersReady: keys.ready });
  /** A token of its own each time, so that nothing but the keys decides. */
  const answer = async (signer: Signer) =>
    lab.ask("/me", { headers: bearer(await signer.sign({ sub: crypto.randomUUID() })) });
  return { lab, answer, statusOf: async (signer: Signer) => (await answer(signer)).status };
};

test("keys_areReadOnce_manyTokens", async () => {
  const { statusOf } = await open({ cooldownMs: 60_000 });
  const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(first)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(issuer.reads).toBe(1);
});

test("newKey_isTaken_publishedAfterTheFirstRead", async () => {
  const { statusOf } = await open();
  expect(await statusOf(first)).toBe(200);
  expect(await statusOf(second)).toBe(401);
  issuer.published = [first, second];
  expect(await statusOf(second)).toBe(200);
  expect(await statusOf(first)).toBe(200);
});

test("oldKey_isRefused_takenBack", async () => {
  const { statusOf } = await open({ maxAgeMs: 0 });
  expect(await statusOf(first)).toBe(200);
  issuer.published = [second];
  expect(await statusOf(second)).toBe(200);
  expect(await statusOf(first)).toBe(401);
});

test("unknownKids_doNotReadAgainAndAgain_withinTheCooldown", async () => {
  const { statusOf } = await open({ cooldownMs: 60_000 });
  expect(await statusOf(first)).toBe(200);
  for (let i = 0; i < 10; i += 1) expect(await statusOf(second)).toBe(401);
  expect(issuer.reads).toBe(1);
});

test("sharedSecretInTheSet_isNoKey_hs256Token", async () => {
  const { kid } = first;
  issuer.body = JSON.stringify({ keys: [{ kty: "oct", kid, k: "c2VjcmV0", alg: "HS256" }] });
  expect(await (await open()).statusOf(first)).toBe(401);
});

for (const [name, change] of Object.entries({
  answers500: { status: 500 },
  answersNoJson: { body: "<html>" },
  answersNoKeySet: { body: "{}" },
})) {
  test(`request_isAnswered503_jwksUrl_${name}`, async () => {
    Object.assign(issuer, change);
    const { lab, answer } = await open();
    const response = await answer(first);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(response.headers.get("www-authenticate")).toBeNull();
    expect(await problemIn(response)).toMatchObject({ code: "AUTH_KEYS_UNAVAILABLE" });
    expect(lab.facts).toEqual([]);
  });
}

test("gateway_isNotReady_jwksServerDown_andReadyOnceItIsBack", async () => {
  const { lab, statusOf } = await open();
  issuer.status = 503;
  const away = await lab.get("/readyz");
  expect(away.status).toBe(503);
  expect(await problemIn(away)).toMatchObject({
    code: "NOT_READY",
    detail: expect.stringContaining(url.origin),
  });
  expect(await statusOf(first)).toBe(503);
  issuer.status = 200;
  expect((await lab.get("/readyz")).status).toBe(200);
  expect(await statusOf(first)).toBe(200);
});

test("request_isAnswered503_nobodyListensThere", async () => {
  const gone = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const at = new URL("/jwks.json", gone.url);
  await gone.stop(true);
  const { lab, statusOf } = await open({}, at);
  expect(await statusOf(first)).toBe(503);
  expect((await lab.get("/readyz")).status).toBe(503);
  expect((await lab.get("/healthz")).status).toBe(200);
  expect((await lab.ask("/me")).status).toBe(401);
});

test("request_doesNotWait_rightAfterAFailure", async () => {
  issuer.status = 500;
  const { statusOf } = await open({ retryMs: 60_000 });
  for (let i = 0; i < 5; i += 1) expect(await statusOf(first)).toBe(503);
  expect(issuer.reads).toBe(1);
});

test("issuerThatIsAway_isNotAskedForEachUnknownKid_andKnownOnesGoOn", async () => {
  const { statusOf } = await open({ retryMs: 60_000 });
  expect(await statusOf(first)).toBe(200);
  issuer.status = 500;
  for (let i = 0; i < 5; i += 1) expect(await statusOf(second)).toBe(503);
  expect(issuer.reads).toBe(2);
  expect(await statusOf(first)).toBe(200);
});

test("knownKeys_areStillTaken_jwksServerDownSinceThen", async () => {
  const { lab, statusOf } = await open();
  expect(await statusOf(first)).toBe(200);
  issuer.status = 500;
  expect(await statusOf(first)).toBe(200);
  expect((await lab.get("/readyz")).status).toBe(200);
});
