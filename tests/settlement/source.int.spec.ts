import { expect, test } from "bun:test";
import { isSettlementError } from "../../settlement/errors.ts";
import { DATE } from "./poller-rows.ts";
import { answering, SECRET_KEY, sourceOf } from "./source-server.ts";

const json = (body: unknown, init?: ResponseInit) => Response.json(body, init);
const refusal = (code: string, status: number) => json({ code, message: "안 됩니다" }, { status });

const failureOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isSettlementError(error)) throw error ?? new Error("it did not fail");
  expect(error.message).not.toContain(SECRET_KEY);
  expect(error.message).not.toContain(btoa(`${SECRET_KEY}:`));
  return error;
};

test("page_asksByPayout_withTheKeyAsUserName", async () => {
  const toss = answering(() => json([]));
  expect(await sourceOf(`${toss.url}/`).page(DATE, 3, 5_000)).toEqual([]);
  const [request] = toss.requests;
  expect(request?.url.pathname).toBe("/v1/settlements");
  expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
    ...{ startDate: DATE, endDate: DATE, dateType: "paidOutDate", page: "3", size: "5000" },
  });
  expect(request?.authorization).toBe(`Basic ${btoa(`${SECRET_KEY}:`)}`);
});

test.each([
  ["emptyArray", "[]"],
  ["emptyBody", ""],
  ["whitespace", " \n"],
])("page_isEmpty_%s", async (_, body) => {
  const toss = answering(() => new Response(body));
  expect(await sourceOf(toss.url).page(DATE, 1, 100)).toEqual([]);
  expect(toss.requests).toHaveLength(1);
});

test("page_bringsGoodAndMalformedRows_inOrder", async () => {
  const toss = answering(() => json([{ amount: 1 }, null]));
  const rows = await sourceOf(toss.url).page(DATE, 1, 100);
  expect(rows).toMatchObject([
    { ok: false, raw: '{"amount":1}' },
    { ok: false, raw: "null" },
  ]);
});

test.each([
  ["tooManyRequests", () => new Response("", { status: 429 })],
  ["serverError", () => refusal("FAILED_INTERNAL_SYSTEM_PROCESSING", 500)],
  ["badGateway", () => new Response("<html>", { status: 502 })],
  ["conflict", () => refusal("IDEMPOTENT_REQUEST_PROCESSING", 409)],
  ["momentaryFaultUnder400", () => refusal("PROVIDER_ERROR", 400)],
  ["momentaryFaultUnder403", () => refusal("FORBIDDEN_CONSECUTIVE_REQUEST", 403)],
  ["halfABody", () => new Response('[{"mId":"a')],
  ["anObject", () => json({ version: "2" })],
  ["anotherServicesPage", () => new Response("<html>login</html>")],
])("page_isTriedAgain_%s", async (_, bad) => {
  const toss = answering((call) => (call <= 3 ? bad() : json([])));
  expect(await sourceOf(toss.url).page(DATE, 1, 100)).toEqual([]);
  expect(toss.requests).toHaveLength(4);
});

test("page_waitsLongerEachTime_answersThatFail", async () => {
  const toss = answering((call) => (call <= 4 ? new Response("", { status: 503 }) : json([])));
  await sourceOf(toss.url, { firstWaitMs: 40, longestWaitMs: 10_000 }).page(DATE, 1, 100);
  const gaps = toss.requests.slice(1).map(({ at }, index) => at - (toss.requests[index]?.at ?? 0));
  // At least half of 40, 80, 160 and 320.
  for (const [index, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(20 * 2 ** index - 2);
});

test("page_leavesTossAlone_asLongAsRetryAfterSays", async () => {
  const tooMany = () => new Response("", { status: 429, headers: { "retry-after": "1" } });
  const toss = answering((call) => (call === 1 ? tooMany() : json([])));
  const source = sourceOf(toss.url, { giveUpAfterMs: 10_000 });
  const first = source.page(DATE, 1, 100);
  await Bun.sleep(100);
  // Another page must not ask meanwhile: a 429 is about the merchant.
  await Promise.all([first, source.page(DATE, 2, 100)]);
  expect(toss.requests).toHaveLength(3);
  for (const { at } of toss.requests.slice(1)) {
    expect(at - (toss.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(990);
  }
});

test("page_givesUpAtOnce_retryAfterBeyondItsPatience", async () => {
  const toss = answering(() => new Response("", { status: 429, headers: { "retry-after": "3600" } }));
  const startedAt = performance.now();
  const error = await failureOf(sourceOf(toss.url).page(DATE, 1, 100));
  expect(error).toMatchObject({ code: "TOSS_UNAVAILABLE", retryable: true });
  expect(error.message).toContain("3600 s");
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test("page_isUnavailable_429StormLongerThanItsPatience", async () => {
  const toss = answering(() => new Response("", { status: 429 }));
  const error = await failureOf(sourceOf(toss.url, { giveUpAfterMs: 150 }).page(DATE, 1, 100));
  expect(error.code).toBe("TOSS_UNAVAILABLE");
  expect(error.message).toContain("429");
  expect(toss.requests.length).toBeGreaterThan(3);
});

test("page_isUnavailable_nobodyListens", async () => {
  const error = await failureOf(sourceOf("http://127.0.0.1:1", { giveUpAfterMs: 60 }).page(DATE, 1, 100));
  expect(error).toMatchObject({ code: "TOSS_UNAVAILABLE", retryable: true });
});

test("page_isTriedAgain_silenceBeyondTheTimeout", async () => {
  const toss = answering((call) => (call === 1 ? new Promise<Response>(() => {}) : json([])));
  expect(await sourceOf(toss.url, { timeoutMs: 60 }).page(DATE, 1, 100)).toEqual([]);
  expect(toss.requests).toHaveLength(2);
});

test.each([
  ["wrongKey", () => refusal("UNAUTHORIZED_KEY", 401), "TOSS_SECRET_KEY"],
  ["noColon", () => refusal("INCORRECT_BASIC_AUTH_FORMAT", 403), "TOSS_SECRET_KEY"],
  ["mixedPair", () => refusal("INVALID_API_KEY", 400), "TOSS_SECRET_KEY"],
  ["notAllowed", () => refusal("FORBIDDEN_REQUEST", 403), "contract"],
  ["badRequest", () => refusal("INVALID_REQUEST", 400), "5,000"],
  ["tooLarge", () => refusal("EXCEED_MAX_QUERY_LIMIT", 400), "5,000"],
  ["unknownPath", () => refusal("NOT_FOUND", 404), "TOSS_BASE_URL"],
  ["redirect", () => Response.redirect("https://example.com/", 302), "TOSS_BASE_URL"],
  ["withoutACode", () => new Response("no", { status: 401 }), "TOSS_SECRET_KEY"],
])("page_isRefusedAtOnce_%s", async (_, answer, remedy) => {
  const toss = answering(answer);
  const error = await failureOf(sourceOf(toss.url).page(DATE, 1, 100));
  expect(error).toMatchObject({ code: "TOSS_REFUSED", retryable: false });
  expect(error.message).toContain(remedy);
  expect(toss.requests).toHaveLength(1);
});

test("page_keepsTheSecret_answerThatEchoesIt", async () => {
  const message = `the key ${SECRET_KEY} (Basic ${btoa(`${SECRET_KEY}:`)}) is unknown`;
  const toss = answering(() => json({ code: "UNAUTHORIZED_KEY", message }, { status: 401 }));
  const error = await failureOf(sourceOf(toss.url).page(DATE, 1, 100));
  expect(error.message).toContain("UNAUTHORIZED_KEY");
  expect(error.message).toContain("[secret]");
});

test("page_keepsToTheRateAndTheNumberAtOnce_manyPages", async () => {
  let underWay = 0;
  let most = 0;
  const toss = answering(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await Bun.sleep(30);
    underWay -= 1;
    return json([]);
  });
  const source = sourceOf(toss.url, { maxPerSecond: 50, maxConcurrent: 2 });
  await Promise.all(Array.from({ length: 10 }, (_, index) => source.page(DATE, index + 1, 100)));
  expect(most).toBe(2);
  const [first, last] = [toss.requests[0]?.at ?? 0, toss.requests.at(-1)?.at ?? 0];
  expect(last - first).toBeGreaterThanOrEqual(9 * 20 - 10);
});

test("page_endsWithTheReason_signalWhileItWaitsForAnAnswerOrToTryAgain", async () => {
  const hanging = answering(() => new Promise<Response>(() => {}));
  const failing = answering(() => new Response("", { status: 503 }));
  for (const toss of [hanging, failing]) {
    const stopping = new AbortController();
    const source = sourceOf(toss.url, {
      signal: stopping.signal,
      firstWaitMs: 5_000,
      longestWaitMs: 5_000,
      giveUpAfterMs: 60_000,
    });
    const page = source.page(DATE, 1, 100);
    await Bun.sleep(50);
    const reason = new Error("stop now");
    stopping.abort(reason);
    await expect(page).rejects.toBe(reason);
    await expect(source.page(DATE, 2, 100)).rejects.toBe(reason);
    expect(toss.requests).toHaveLength(1);
  }
});

test.each([
  { baseUrl: "api.tosspayments.com" },
  { baseUrl: "http://api.tosspayments.com" },
  { secretKey: "" },
  { secretKey: "test_ck_1" },
  { timeoutMs: 0 },
  { maxPerSecond: 0 },
  { maxConcurrent: 0 },
  { giveUpAfterMs: -1 },
  { firstWaitMs: 0 },
  { longestWaitMs: 2 ** 31 },
])("createTossSource_configInvalid_%j", async (options) => {
  const error = await failureOf((async () => sourceOf("http://127.0.0.1:1", options))());
  expect(error.code).toBe("CONFIG_INVALID");
});
