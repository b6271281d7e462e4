import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { exportJWK, exportPKCS8, generateKeyPair } from "jose";
import { keysFromFile } from "../../gateway/auth/key-file.ts";
import {
  bearer,
  type ClaimChanges,
  claimsWith,
  createAuthLab,
  createSigner,
  fileWith,
  handmade,
  jwksOf,
} from "./auth-lab.ts";
import { problemIn } from "./lab.ts";

const lab = await createAuthLab();
const stranger = await createSigner(lab.signer.kid);
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

const me = (headers: Record<string, string>, path = "/me") => lab.ask(path, { headers });

/** Who the gateway takes the bearer for; undefined for nobody, which must have been said as RFC 6750 has it. */
const whoIs = async (token: string): Promise<unknown> => {
  const response = await me(bearer(token));
  if (response.status === 200) return response.json();
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toStartWith('Bearer realm="jumun", error="invalid_token"');
  const problem = await problemIn(response);
  expect(problem.code).toBe("UNAUTHENTICATED");
  expect(JSON.stringify(problem)).not.toContain(token);
  return undefined;
};

test("token_isTaken_signedByTheIssuer", async () => {
  expect(await whoIs(await lab.signer.sign())).toEqual({ role: "operator", id: "kim" });
});

test("token_isTakenAgain_secondTime", async () => {
  const token = await lab.signer.sign({ sub: "again" });
  expect(await whoIs(token)).toEqual(await whoIs(token));
});

test("request_isAskedForAToken_none", async () => {
  const response = await me({});
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toBe('Bearer realm="jumun"');
  expect(await problemIn(response)).toMatchObject({ code: "UNAUTHENTICATED", status: 401 });
});

test("token_isRefused_algNone", async () => {
  for (const alg of ["none", "None", "NONE", ""]) {
    expect(await whoIs(`${handmade({ alg, typ: "JWT" }, claimsWith())}`)).toBeUndefined();
    expect(await whoIs(handmade({ alg }, claimsWith(), "AAAA"))).toBeUndefined();
  }
});

test("token_isRefused_hs256WithThePublicKeyAsSecret", async () => {
  const { publicJwk, publicPem, kid } = lab.signer;
  for (const secret of [publicPem, publicPem.trimEnd(), JSON.stringify(publicJwk), String(publicJwk.x)]) {
    const signed = handmade({ alg: "HS256", kid }, claimsWith()).slice(0, -1);
    const signature = createHmac("sha256", secret).update(signed).digest("base64url");
    expect(await whoIs(`${signed}.${signature}`)).toBeUndefined();
  }
});

test("token_isRefused_keyOfItsOwnInTheHeader", async () => {
  const header = { jwk: stranger.publicJwk, jku: "http://127.0.0.1:1/jwks.json", x5u: "http://127.0.0.1:1/" };
  expect(await whoIs(await stranger.sign({}, header))).toBeUndefined();
});

test("token_isRefused_critNotUnderstood", async () => {
  const [header = "", ...rest] = (await lab.signer.sign()).split(".");
  const read = JSON.parse(Buffer.from(header, "base64url").toString());
  const crit = Buffer.from(JSON.stringify({ ...read, crit: ["b64"], b64: false })).toString("base64url");
  expect(await whoIs([crit, ...rest].join("."))).toBeUndefined();
});

const now = inSeconds(0);
const wrongClaims: Record<string, ClaimChanges> = {
  expired: { exp: now - 60 },
  expiredForLong: { exp: 1 },
  neverExpires: { exp: undefined },
  expiresByText: { exp: String(now + 600) as unknown as number },
  expiresAfterTime: { exp: Number.MAX_SAFE_INTEGER },
  notYetValid: { nbf: now + 600 },
  wrongAudience: { aud: "another-api" },
  noAudience: { aud: undefined },
  emptyAudiences: { aud: [] },
  wrongIssuer: { iss: "https://issuer.example.evil.example" },
  noIssuer: { iss: undefined },
  roleSystem: { role: "system" },
  roleUnknown: { role: "admin" },
  roleInCapitals: { role: "OPERATOR" },
  roleArray: { role: ["operator"] },
  roleArrayOfSeveral: { role: ["customer", "operator"] },
  roleObject: { role: { name: "operator" } },
  noRole: { role: undefined },
  missingSub: { sub: undefined },
  emptySub: { sub: "" },
  subWithALineBreak: { sub: "kim\noperator" },
  subTooLong: { sub: "k".repeat(65) },
  subArray: { sub: ["kim"] as unknown as string },
};

describe("token_isRefused_claimsAre", () => {
  for (const [name, claims] of Object.entries(wrongClaims)) {
    test(name, async () => {
      expect(await whoIs(await lab.signer.sign(claims))).toBeUndefined();
    });
  }
});

test("token_isTaken_clocksAFewSecondsApart", async () => {
  expect(await whoIs(await lab.signer.sign({ exp: inSeconds(-10) }))).toBeDefined();
  expect(await whoIs(await lab.signer.sign({ nbf: inSeconds(10) }))).toBeDefined();
});

test("token_isTaken_oneOfItsAudiences", async () => {
  expect(await whoIs(await lab.signer.sign({ aud: ["other", "jumun"] }))).toBeDefined();
});

test("token_isRefused_anotherKeyUnderTheSameKid", async () => {
  expect(await whoIs(await stranger.sign())).toBeUndefined();
});

test("token_isRefused_unknownKid", async () => {
  expect(await whoIs(await lab.signer.sign({}, { kid: "../../dev/null" }))).toBeUndefined();
});

test("token_isRefused_tamperedPayload", async () => {
  const token = await lab.signer.sign({ role: "customer" });
  const [header, , signature] = token.split(".");
  const other = Buffer.from(JSON.stringify(claimsWith())).toString("base64url");
  expect(await whoIs(token)).toBeDefined();
  expect(await whoIs(`${header}.${other}.${signature}`)).toBeUndefined();
});

test("token_isRefused_tamperedSignature", async () => {
  const token = await lab.signer.sign();
  expect(await whoIs(token)).toBeDefined();
  const at = token.lastIndexOf(".") + 5;
  const changed = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
  expect(await whoIs(changed)).toBeUndefined();
  expect(await whoIs(token.slice(0, -2))).toBeUndefined();
});

test("token_isRefused_onceExpired_thoughItWasGoodBefore", async () => {
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const timed = await createAuthLab({ clock });
  const headers = bearer(await timed.signer.sign({ exp: inSeconds(60) }));
  expect((await timed.ask("/me", { headers })).status).toBe(200);
  ahead = 60_000 + 31_000;
  expect((await timed.ask("/me", { headers })).status).toBe(401);
});

test("token_isRefused_huge", async () => {
  const token = await lab.signer.sign({ padding: "x".repeat(5_000) });
  expect(await whoIs(token)).toBeUndefined();
});

test("request_isRefused_headerThatIsNoSingleBearerToken", async () => {
  const token = await lab.signer.sign();
  const headers = [
    token,
    "Bearer",
    "Bearer ",
    `Basic ${token}`,
    `Bearer ${token} ${token}`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer Bearer ${token}`,
    `Bearer ${token}.`,
    `Bearer ${token.replaceAll(".", " ")}`,
    `Bearer "${token}"`,
  ];
  for (const authorization of headers) {
    const { status } = await me({ authorization });
    expect({ authorization, status }).toEqual({ authorization, status: 401 });
  }
  expect((await me({ authorization: `bearer  ${token}` })).status).toBe(200);
});

test("request_isRefused_tokenInTheQueryABodyOrACookie", async () => {
  const token = await lab.signer.sign();
  expect((await lab.ask(`/me?access_token=${token}&token=${token}`)).status).toBe(401);
  expect((await me({ cookie: `access_token=${token}; token=${token}` })).status).toBe(401);
  const form = { method: "POST", body: `access_token=${token}` };
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await lab.ask("/orders", { ...form, headers })).status).toBe(401);
});

test("request_isRefusedBeforeItIsRead_noToken", async () => {
  const response = await lab.ask("/orders", { method: "POST", body: "{ not json", headers: {} });
  expect(response.status).toBe(401);
});

test("token_isTaken_keyFromAPem", async () => {
  for (const alg of ["ES256", "RS256", "PS256", "EdDSA"]) {
    const signer = await createSigner("a kid that no PEM names", alg);
    using file = fileWith(signer.publicPem);
    const other = await createAuthLab({ keys: keysFromFile(file.path) });
    const answer = async (token: string) => (await other.ask("/me", { headers: bearer(token) })).status;
    expect({ alg, status: await answer(await signer.sign()) }).toEqual({ alg, status: 200 });
    expect(await answer(await lab.signer.sign())).toBe(401);
  }
});

test("token_isTaken_anyIssuer_noneConfigured", async () => {
  using file = fileWith(jwksOf(lab.signer));
  const open = await createAuthLab({ keys: keysFromFile(file.path), issuer: null });
  const headers = bearer(await lab.signer.sign({ iss: "https://another.example" }));
  expect((await open.ask("/me", { headers })).status).toBe(200);
});

test("keys_areRefusedAtTheStart_notPublicOnes", async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const weak = await exportJWK((await generateKeyPair("RS256", { modulusLength: 2_048 })).publicKey);
  const files = [
    JSON.stringify({ keys: [await exportJWK(pair.privateKey)] }),
    await exportPKCS8(pair.privateKey),
    JSON.stringify({ keys: [{ kty: "oct", k: "c2VjcmV0" }] }),
    JSON.stringify({ keys: [{ ...weak, n: String(weak.n).slice(0, 171) }] }),
    JSON.stringify({ keys: [] }),
    JSON.stringify(lab.signer.publicJwk),
    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    "",
  ];
  for (const content of files) {
    using file = fileWith(content);
    expect(() => keysFromFile(file.path)).toThrow(file.path);
  }
  expect(() => keysFromFile("/nowhere/keys")).toThrow("can't be read");
});
