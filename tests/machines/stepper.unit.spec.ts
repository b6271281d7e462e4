import { expect, test } from "bun:test";
import { defaultPolicy, InvariantError, type OrderCommand } from "../../machines/mod.ts";
import { createOrderMachine } from "../../machines/order/machine.ts";
import { createStepper } from "../../machines/order/step.ts";
import { bodyOf, ORDER_ID, START } from "./builders.ts";

const command = { type: "order.place", data: bodyOf({ tea: [1, 1_000] }), at: START, id: "1" } as const;
const cancel: OrderCommand = { type: "cancellation.request", data: { reason: "no" }, at: START, id: "2" };

test("step_isXStatesOwn_theFirstOfItsKindAndTheNext", () => {
  const stepper = createStepper(createOrderMachine(defaultPolicy), defaultPolicy);
  for (const orderId of [ORDER_ID, "order-of-another"]) {
    const { order } = stepper.initial({ orderId, command });
    const after = stepper.step(order, cancel);
    expect(after.outcome).toBe("order.canceled");
    expect(after.order.value).toBe("canceled");
    expect(after.order.context).toMatchObject({ orderId, canceledFor: "no" });
  }
});

test("step_fails_theMachineHasARuleOfAnotherKind", () => {
  const machine = createOrderMachine(defaultPolicy).provide({ guards: { accepts: () => false } });
  const stepper = createStepper(machine, defaultPolicy);
  const { order } = stepper.initial({ orderId: ORDER_ID, command });
  expect(() => stepper.step(order, cancel)).toThrow(InvariantError);
});

test("step_fails_theMachineChangesTheOrderOtherwise", () => {
  const machine = createOrderMachine(defaultPolicy).provide({ actions: { change: () => {} } });
  const stepper = createStepper(machine, defaultPolicy);
  const { order } = stepper.initial({ orderId: ORDER_ID, command });
  expect(() => stepper.step(order, cancel)).toThrow("XState answers");
});
