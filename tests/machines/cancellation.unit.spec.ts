import { expect, test } from "bun:test";
import {
  type CancellationEvent,
  type CancellationState,
  refundReason,
  refundTag,
  stepCancellation,
} from "../../machines/mod.ts";

const events: CancellationEvent[] = ["restock", "withdraw", "begin", "complete", "fail", "retry"];

/** Every step that exists. Whatever is not here must be refused. */
const steps: Record<CancellationState, Partial<Record<CancellationEvent, CancellationState>>> = {
  requested: { restock: "restocked", withdraw: "withdrawn" },
  restocked: { begin: "refunding" },
  refunding: { complete: "refunded", fail: "failed" },
  failed: { retry: "refunding", complete: "refunded" },
  refunded: {},
  withdrawn: {},
};

test.each(Object.entries(steps))("step_leadsOnOrIsRefused_from_%s", (state, next) => {
  for (const event of events) {
    expect(stepCancellation(state as CancellationState, event)).toBe(next[event]);
  }
});

test("refundReason_beginsWithItsTag_andStaysWithin200Characters", () => {
  expect(refundReason({ id: "12", reason: "too small" })).toBe("[C12] too small");
  const long = refundReason({ id: "9999", reason: "가".repeat(300) });
  expect(long).toHaveLength(200);
  expect(long.startsWith(refundTag("9999"))).toBe(true);
});

test("refundTag_isNoBeginningOfAnother_anyTwoIds", () => {
  expect(refundTag("12").startsWith(refundTag("1"))).toBe(false);
});
