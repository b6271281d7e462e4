import { expect, test } from "bun:test";
import {
  DAY_MS,
  later,
  type OrderCommand,
  type OrderSnapshot,
  stateOf,
  type Timer,
  timersOf,
} from "../../machines/mod.ts";
import { cancels, decideFrozen, of, ordered, paid, paying, restocks } from "./builders.ts";
import { type Model, paymentModel, pieceModel, statesOf } from "./model.ts";

const timersIn = (order: OrderSnapshot): Timer[] => timersOf(stateOf(order), order.context);

const fire = ({ domain }: Model, order: OrderSnapshot, timer: Timer, at: string) =>
  decideFrozen(domain, order, { ...timer.command, at, id: timer.id } as OrderCommand);

test.each([paymentModel, pieceModel])(
  "timer_isTakenWhenDueAndThenGone_everyReachableState_$name",
  (model) => {
    let fired = 0;
    for (const order of statesOf(model)) {
      for (const timer of timersIn(order)) {
        const decision = fire(model, order, timer, timer.dueAt);
        if (!decision.accepted) throw new Error(`${timer.id} in ${stateOf(order)}: ${decision.refusal.code}`);
        expect(timersIn(decision.order).map(({ id }) => id)).not.toContain(timer.id);
        fired += 1;
      }
    }
    expect(fired).toBeGreaterThan(10);
  },
);

test.each([paymentModel, pieceModel])("timers_comeToRest_firedUntilNoneIsDue_$name", (model) => {
  for (const start of statesOf(model)) {
    let order = start;
    for (let steps = 0; ; steps += 1) {
      expect(steps).toBeLessThan(5);
      const [timer] = timersIn(order);
      if (!timer) break;
      const decision = fire(model, order, timer, later(timer.dueAt, 30 * DAY_MS));
      if (!decision.accepted) throw new Error(`${timer.id} in ${stateOf(order)}: ${decision.refusal.code}`);
      order = decision.order;
    }
  }
});

test.each([paymentModel, pieceModel])("timer_isNotDue_oneMillisecondEarly_$name", (model) => {
  for (const order of statesOf(model)) {
    for (const timer of timersIn(order).filter(({ id }) => !id.startsWith("refund:"))) {
      const decision = fire(model, order, timer, later(timer.dueAt, -1));
      expect(decision).toMatchObject({ accepted: false, refusal: { code: "TIMER_NOT_DUE" } });
    }
  }
});

test("refundTimer_isDueAtOnce_restocked", () => {
  const its = paid();
  restocks(its.wait(3_000), cancels(its, of("tea", 1)));
  expect(its.timers[0]).toEqual({
    id: "refund:1",
    dueAt: its.now,
    command: { type: "refund.begin", data: { cancellationId: "1" } },
  });
});

test("refundTimer_isOneAtATime_twoRestocked", () => {
  const its = paid();
  for (const id of [cancels(its, of("tea", 1)), cancels(its, of("cup", 1))]) restocks(its, id);
  const due = () => its.timers.map(({ id }) => id).filter((id) => id.startsWith("refund:"));
  expect(due()).toEqual(["refund:1"]);
  its.does("refund.begin", { cancellationId: "1" });
  expect(due()).toEqual([]);
  its.does("refund.fail", { cancellationId: "1", code: "NO", message: "no" });
  expect(due()).toEqual(["refund:2"]);
});

test("autoConfirmTimer_comesBack_withdrawnAfterItsTime", () => {
  const its = paid();
  const cancellationId = cancels(its);
  expect(its.timers).toEqual([]);
  its.wait(8 * DAY_MS).does("cancellation.withdraw", { cancellationId });
  expect(its.timers.map(({ id }) => id)).toEqual(["autoConfirm"]);
  expect(its.does("purchase.autoConfirm", {}).state).toBe("purchaseConfirmed");
});

test("timers_areNone_nothingLeftToHappenByItself", () => {
  const canceled = ordered();
  cancels(canceled);
  for (const its of [paying(), canceled, paid().does("purchase.confirm", {})]) {
    expect(its.timers).toEqual([]);
  }
});
