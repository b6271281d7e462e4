import { describe, expect, test } from "bun:test";
import {
  cancelRequest,
  confirmRequest,
  errorBody,
  keepLog,
  paymentBody,
  SECRET_KEY,
  serveToss,
  tossAt,
} from "./toss-double.ts";

const PAYMENT_KEY = confirmRequest.paymentKey;
const BASIC = `Basic ${Buffer.from(`${SECRET_KEY}:`).toString("base64")}`;

describe("what is sent", () => {
  test("confirm_sendsTheDocumentedRequest_capture", async () => {
    await using server = serveToss(() => Response.json(paymentBody()));
    const reply = await tossAt(server.url).confirm(confirmRequest, "order-0001:confirm:1");
    expect(reply).toMatchObject({ kind: "payment", payment: { status: "DONE", totalAmount: 15_000 } });
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: "POST", path: "/v1/payments/confirm" });
    expect(JSON.parse(seen?.body ?? "")).toEqual(confirmRequest);
    expect(seen?.headers.get("authorization")).toBe(BASIC);
    expect(seen?.headers.get("idempotency-key")).toBe("order-0001:confirm:1");
    expect(seen?.headers.get("content-type")).toBe("application/json");
  });

  test("cancel_sendsAmountReasonAndGuard_partialRefund", async () => {
    await using server = serveToss(() => Response.json(paymentBody({ status: "PARTIAL_CANCELED" })));
    await tossAt(server.url).cancel(cancelRequest, "order-0001:refund:1");
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: "POST", path: `/v1/payments/${PAYMENT_KEY}/cancel` });
    expect(JSON.parse(seen?.body ?? "")).toEqual({
      cancelReason: "[Cc1] 단순 변심",
      cancelAmount: 5_000,
      refundableAmount: 15_000,
    });
    expect(seen?.headers.get("idempotency-key")).toBe("order-0001:refund:1");
  });

  test("lookup_sendsAGetWithoutIdempotencyKey_underABaseUrlWithAPath", async () => {
    await using server = serveToss(() => Response.json(paymentBody()));
    await tossAt(`${server.url}/toss/`).lookup("a key/with?odd#marks");
    const [seen] = server.seen;
    expect(seen).toMatchObject({
      method: "GET",
      path: "/toss/v1/payments/a%20key%2Fwith%3Fodd%23marks",
      body: "",
    });
    expect(seen?.headers.get("authorization")).toBe(BASIC);
    expect(seen?.headers.has("idempotency-key")).toBe(false);
  });

  test("lookup_doesNotFollowARedirect_credentialsStayHere", async () => {
    await using elsewhere = serveToss(() => Response.json(paymentBody()));
    await using server = serveToss(() => Response.redirect(`${elsewhere.url}/v1/payments/x`, 302));
    expect(await tossAt(server.url).lookup(PAYMENT_KEY)).toEqual({
      kind: "unknown",
      reason: "Toss answered 302 without an error code",
    });
    expect(elsewhere.seen).toEqual([]);
  });
});

describe("what is not safe to send", () => {
  test.each([
    ["empty", ""],
    ["that a URL resolves away", "."],
    ["that a URL resolves to its parent", ".."],
    ["too long", "x".repeat(201)],
    ["that is half a character", "\uD800"],
  ])("call_declinesUnsent_paymentKey %s", async (_, paymentKey) => {
    await using server = serveToss(() => Response.json(paymentBody()));
    const toss = tossAt(server.url);
    const replies = [
      await toss.lookup(paymentKey),
      await toss.confirm({ ...confirmRequest, paymentKey }, "k"),
      await toss.cancel({ ...cancelRequest, paymentKey }, "k"),
    ];
    for (const reply of replies) {
      expect(reply).toMatchObject({ kind: "declined", code: "INVALID_PAYMENT_KEY", status: 0 });
    }
    expect(server.seen).toEqual([]);
  });

  // Left out of the JSON or null, cancelAmount means "all that is left" and refundableAmount "don't compare".
  test.each([
    ["cancelAmount", Number.NaN],
    ["cancelAmount", undefined],
    ["cancelAmount", 0],
    ["cancelAmount", -1],
    ["cancelAmount", 0.5],
    ["cancelAmount", 15_001],
    ["refundableAmount", Number.NaN],
    ["refundableAmount", undefined],
    ["refundableAmount", 2 ** 53],
  ])("cancel_declinesUnsent_%s %p", async (field, amount) => {
    await using server = serveToss(() => Response.json(paymentBody()));
    const request = { ...cancelRequest, [field]: amount };
    expect(await tossAt(server.url).cancel(request, "k")).toMatchObject({
      kind: "declined",
      code: "INVALID_REQUEST",
    });
    expect(server.seen).toEqual([]);
  });

  test.each([
    ["empty", ""],
    ["too long", "x".repeat(301)],
    ["with a line end", "a\nb"],
    ["that is not ASCII", "열쇠"],
  ])("confirm_declinesUnsent_idempotencyKey %s", async (_, key) => {
    await using server = serveToss(() => Response.json(paymentBody()));
    expect(await tossAt(server.url).confirm(confirmRequest, key)).toMatchObject({
      kind: "declined",
      code: "INVALID_IDEMPOTENCY_KEY",
    });
    expect(server.seen).toEqual([]);
  });
});

describe("how an answer is read", () => {
  const call = {
    confirm: (url: string) => tossAt(url).confirm(confirmRequest, "k"),
    cancel: (url: string) => tossAt(url).cancel(cancelRequest, "k"),
    lookup: (url: string) => tossAt(url).lookup(PAYMENT_KEY),
  };

  test.each([
    ["confirm", 403, "REJECT_CARD_PAYMENT", "declined"],
    ["confirm", 404, "NOT_FOUND_PAYMENT_SESSION", "declined"],
    ["confirm", 400, "ALREADY_PROCESSED_PAYMENT", "settled"],
    ["confirm", 400, "PROVIDER_ERROR", "retryable"],
    ["confirm", 500, "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", "retryable"],
    ["confirm", 400, "INVALID_API_KEY", "misconfigured"],
    ["confirm", 401, "UNAUTHORIZED_KEY", "misconfigured"],
    ["confirm", 403, "A_CODE_OF_TOMORROW", "retryable"],
    ["confirm", 429, "TOO_MANY_REQUESTS", "retryable"],
    ["cancel", 403, "NOT_CANCELABLE_AMOUNT", "settled"],
    ["cancel", 400, "NOT_MATCHES_REFUNDABLE_AMOUNT", "settled"],
    ["cancel", 400, "ALREADY_CANCELED_PAYMENT", "settled"],
    ["cancel", 403, "NOT_CANCELABLE_PAYMENT", "declined"],
    ["cancel", 403, "FORBIDDEN_CONSECUTIVE_REQUEST", "retryable"],
    ["cancel", 403, "NOT_AVAILABLE_BANK", "retryable"],
    ["cancel", 500, "FAILED_PARTIAL_REFUND", "retryable"],
    ["cancel", 403, "INCORRECT_BASIC_AUTH_FORMAT", "misconfigured"],
    ["lookup", 404, "NOT_FOUND_PAYMENT", "declined"],
    ["lookup", 404, "NOT_FOUND", "retryable"],
    ["lookup", 404, "A_CODE_OF_TOMORROW", "retryable"],
  ] as const)("%s_%i_%s_is_%s", async (operation, status, code, kind) => {
    await using server = serveToss(() => Response.json(errorBody(code), { status }));
    const reply = await call[operation](server.url);
    expect(reply as object).toEqual({ kind, code, message: "안내 문구", status });
  });

  test("confirm_isUnknown_firstRequestUnderTheKeyStillRuns", async () => {
    await using server = serveToss(() =>
      Response.json(errorBody("IDEMPOTENT_REQUEST_PROCESSING"), { status: 409 }),
    );
    expect(await call.confirm(server.url)).toMatchObject({ kind: "unknown" });
  });

  test.each([
    ["429 with no body", 429, ""],
    ["502 in HTML", 502, "<html>Bad Gateway</html>"],
    ["503 with no code", 503, "{}"],
    ["500 with an empty code", 500, '{"code":"","message":"x"}'],
    ["403 of a firewall", 403, "denied"],
    ["400 with half a body", 400, '{"code":"REJECT_CARD_PAY'],
    ["200 in HTML", 200, "<html></html>"],
    ["200 with an error body", 200, '{"code":"REJECT_CARD_PAYMENT","message":"x"}'],
    ["200 with no body", 200, ""],
    ["204", 204, null],
  ])("confirm_isUnknown %s", async (_, status, body) => {
    await using server = serveToss(() => new Response(body, { status }));
    expect(await call.confirm(server.url)).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("Toss answered"),
    });
    expect(await call.cancel(server.url)).toMatchObject({ kind: "unknown" });
  });

  test("confirm_cutsTheMessage_longerThanDocumented", async () => {
    await using server = serveToss(() =>
      Response.json(errorBody("FDS_ERROR", "가".repeat(2_000)), { status: 403 }),
    );
    expect(await call.confirm(server.url)).toMatchObject({ kind: "declined", message: "가".repeat(510) });
  });

  test("confirm_isDeclined_errorWithoutMessage", async () => {
    await using server = serveToss(() =>
      Response.json({ code: "FDS_ERROR", message: null }, { status: 403 }),
    );
    expect(await call.confirm(server.url)).toMatchObject({ kind: "declined", message: "" });
  });
});

describe("what is told", () => {
  test("confirm_callsTheOperator_keyRefusedOrContractLacking", async () => {
    await using server = serveToss(() => Response.json(errorBody("UNAUTHORIZED_KEY"), { status: 401 }));
    const { log, entries } = keepLog();
    const toss = tossAt(server.url, { log });
    await toss.confirm(confirmRequest, "k1");
    server.now(() => Response.json(errorBody("NOT_REGISTERED_BUSINESS"), { status: 400 }));
    await toss.confirm(confirmRequest, "k2");
    server.now(() => Response.json(errorBody("REJECT_CARD_PAYMENT"), { status: 403 }));
    await toss.confirm(confirmRequest, "k3");
    expect(entries.map(({ level }) => level)).toEqual(["error", "error", "debug"]);
  });

  test("confirm_logsTossOwnTraceId_answered", async () => {
    await using server = serveToss(() =>
      Response.json(errorBody("FDS_ERROR"), {
        status: 403,
        headers: { "x-tosspayments-trace-id": "trace-1" },
      }),
    );
    const { log, entries } = keepLog();
    await tossAt(server.url, { log }).confirm(confirmRequest, "k");
    expect(entries[0]?.fields).toMatchObject({ operation: "confirm", code: "FDS_ERROR", traceId: "trace-1" });
  });

  test("confirm_neverTellsTheSecret_answerThatEchoesIt", async () => {
    await using server = serveToss(({ headers }) =>
      Response.json(errorBody("FORBIDDEN_REQUEST", `${headers.get("authorization")} ${SECRET_KEY}`), {
        status: 403,
      }),
    );
    const { log, entries } = keepLog();
    const toss = tossAt(server.url, { log });
    const reply = await toss.confirm(confirmRequest, "k");
    const failing = tossAt(server.url, {
      log,
      fetch: async (_, init) => {
        throw new Error(JSON.stringify(init.headers));
      },
    });
    const failed = await failing.confirm(confirmRequest, "k");
    expect(failed).toMatchObject({ kind: "unknown" });
    const told = [toss, reply, failing, failed, entries].map((one) => JSON.stringify(one) + Bun.inspect(one));
    expect(entries.length).toBe(2);
    for (const text of told) {
      expect(text).not.toContain(SECRET_KEY);
      expect(text).not.toContain(BASIC.slice("Basic ".length));
    }
  });
});
