import { describe, expect, test } from "bun:test";
import { basic, buyer, cancel, confirm, eachForSpec, handClock, implementations, paid } from "./harness.ts";

const { clock, advance } = handClock();
const mocks = await eachForSpec({ clock });

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];
  const DAY = 24 * 60 * 60 * 1000;

  test("replay_givesTheSameBytes_successWithTheSameKey", async () => {
    const { paymentKey, orderId } = await paid(mock);
    const first = await cancel(mock, paymentKey, { cancelAmount: 1_000 }, { key: "refund-1" });
    const again = await cancel(mock, paymentKey, { cancelAmount: 1_000 }, { key: "refund-1" });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(mock.ledger.refunds(orderId)).toHaveLength(1);
    expect(mock.ledger.requests({ paymentKey, route: "cancel" }).map((entry) => entry.replayed)).toEqual([
      false,
      true,
    ]);
  });

  test("replay_givesTheFirstError_correctedBodyUnderTheSameKey", async () => {
    const { paymentKey, orderId } = await paid(mock);
    const refused = await cancel(mock, paymentKey, { cancelAmount: 99_999 }, { key: "refund-2" });
    const corrected = await cancel(mock, paymentKey, { cancelAmount: 1_000 }, { key: "refund-2" });
    expect(refused.status).toBe(403);
    expect([corrected.status, corrected.text]).toEqual([403, refused.text]);
    expect(mock.ledger.refunds(orderId)).toEqual([]);
  });

  test("replay_givesTheFirstPayment_anotherPaymentsBodyUnderTheSameKey", async () => {
    const first = await confirm(mock, buyer(mock), { key: "confirm-1" });
    const other = buyer(mock);
    const second = await confirm(mock, other, { key: "confirm-1" });
    expect(second.text).toBe(first.text);
    expect(mock.ledger.captures(other.orderId)).toEqual([]);
  });

  test("scope_keepsKeysApart_byUrl", async () => {
    const [one, two] = [await paid(mock), await paid(mock)];
    await cancel(mock, one.paymentKey, {}, { key: "shared" });
    const { json } = await cancel(mock, two.paymentKey, {}, { key: "shared" });
    expect(json.paymentKey).toBe(two.paymentKey);
  });

  test("unauthorized_bindsNothing_sameKeyWithTheRightSecretRuns", async () => {
    const body = buyer(mock);
    const headers = { authorization: basic("wrong:") };
    expect((await confirm(mock, body, { key: "confirm-2", headers })).status).toBe(401);
    expect((await confirm(mock, body, { key: "confirm-2" })).status).toBe(200);
  });

  test("headers_echoTheKeyAndTraceTheReplay_everyPost", async () => {
    const body = buyer(mock);
    const first = await confirm(mock, body, { key: "confirm-3" });
    const again = await confirm(mock, body, { key: "confirm-3" });
    expect([first, again].map(({ headers }) => headers.get("idempotency-key"))).toEqual([
      "confirm-3",
      "confirm-3",
    ]);
    const traceId = first.headers.get("x-tosspayments-trace-id") ?? "none";
    expect(again.headers.get("x-tosspayments-trace-id")).toMatch(new RegExp(`^[0-9a-f]{32}, ${traceId}$`));
  });

  test("key_isRefused_longerThan300Characters", async () => {
    const body = buyer(mock);
    const refused = await confirm(mock, body, { key: "k".repeat(301) });
    expect([refused.status, refused.json]).toEqual([
      400,
      { code: "INVALID_IDEMPOTENCY_KEY", message: "멱등키는 300자 이하여야 합니다." },
    ]);
    expect((await confirm(mock, body, { key: "k".repeat(300) })).status).toBe(200);
  });

  test("key_runsAgain_after15Days", async () => {
    const { paymentKey, orderId } = await paid(mock);
    const refund = () => cancel(mock, paymentKey, { cancelAmount: 1_000 }, { key: "refund-3" });
    await refund();
    advance(15 * DAY - 1);
    await refund();
    expect(mock.ledger.refunds(orderId)).toHaveLength(1);
    advance(1);
    await refund();
    expect(mock.ledger.refunds(orderId)).toHaveLength(2);
  });
});
