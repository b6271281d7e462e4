import { describe, expect, test } from "bun:test";
import { buyer, confirm, eachForSpec, implementations } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test.each(["beforeProcessing", "beforeReply"] as const)("inFlight_is409_heldAt_%s", async (at) => {
    const body = buyer(mock);
    const key = `double-click-${at}`;
    const held = mock.hold("confirm", { orderId: body.orderId, at });
    const first = confirm(mock, body, { key });
    await held.reached;
    const second = await confirm(mock, body, { key });
    expect([second.status, second.json]).toEqual([
      409,
      { code: "IDEMPOTENT_REQUEST_PROCESSING", message: "이전 멱등 요청이 처리중입니다." },
    ]);
    held.release();
    const { status, text } = await first;
    expect(status).toBe(200);
    expect((await confirm(mock, body, { key })).text).toBe(text);
    expect(mock.ledger.captures(body.orderId)).toHaveLength(1);
  });

  test("inFlight_doesNotStopOthers_anotherKey", async () => {
    const body = buyer(mock);
    const held = mock.hold("confirm", { orderId: body.orderId });
    const first = confirm(mock, body, { key: "one" });
    await held.reached;
    expect((await confirm(mock, body, { key: "two" })).json.code).toBe("ALREADY_PROCESSED_PAYMENT");
    held.release();
    expect((await first).json.status).toBe("DONE");
  });
});
