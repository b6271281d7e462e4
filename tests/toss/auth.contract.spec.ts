import { describe, expect, test } from "bun:test";
import { basic, buyer, confirm, eachForSpec, implementations } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];
  const withAuthorization = (authorization: string) =>
    confirm(mock, buyer(mock), { headers: { authorization } });

  test("authenticate_accepts_secretKeyWithColon", async () => {
    expect((await withAuthorization(basic(`${mock.secretKey}:`))).status).toBe(200);
  });

  test.each([
    ["anotherKey", basic("test_sk_another:")],
    ["emptyKey", basic(":")],
    ["byteOrderMarkBeforeTheKey", basic(`\u{feff}${mock.secretKey}:`)],
    ["noHeader", ""],
  ])("authenticate_unauthorizedKey_%s", async (_, authorization) => {
    const { status, json } = await withAuthorization(authorization);
    expect(status).toBe(401);
    expect(json).toEqual({
      code: "UNAUTHORIZED_KEY",
      message: "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.",
    });
  });

  test.each([
    ["noColon", basic(mock.secretKey)],
    ["aPassword", basic(`${mock.secretKey}:secret`)],
    ["bearerScheme", `Bearer ${mock.secretKey}`],
    ["notBase64", "Basic %%%"],
    ["notEncoded", `Basic ${mock.secretKey}:`],
  ])("authenticate_incorrectFormat_%s", async (_, authorization) => {
    const { status, json } = await withAuthorization(authorization);
    expect(status).toBe(403);
    expect(json.code).toBe("INCORRECT_BASIC_AUTH_FORMAT");
  });

  test("authenticate_movesNothing_unknownCaller", async () => {
    const body = buyer(mock);
    await confirm(mock, body, { headers: { authorization: basic("wrong:") } });
    expect(mock.ledger.captures(body.orderId)).toEqual([]);
    expect(mock.ledger.account(body.paymentKey).status).toBe("IN_PROGRESS");
  });
});
