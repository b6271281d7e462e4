import { type ActorScope, createEmptyActor, type ExecutableActionObject } from "xstate";
import type { CommandOf, OrderCommand } from "./commands.ts";
import type { OrderSnapshot } from "./decide.ts";
import type { OrderMachine } from "./machine.ts";
import type { OutcomeType } from "./outcomes/mod.ts";

/** A step of the machine: the next snapshot, and the outcome that it records, if any transition was taken. */
export interface Step {
  readonly order: OrderSnapshot;
  readonly outcome: OutcomeType | undefined;
}

export interface Stepper {
  initial(input: { orderId: string; command: CommandOf<"order.place"> }): Step;
  step(order: OrderSnapshot, command: OrderCommand): Step;
}

type Scope = ActorScope<OrderSnapshot, OrderCommand>;

/**
 * Steps the machine purely, as XState's `transition` does, over one scope made once. `transition` makes an actor for
 * each call, and that actor works out the machine's initial state anew: half of a command's processor time.
 */
export const createStepper = (machine: OrderMachine): Stepper => {
  let recorded: OutcomeType | undefined;
  const self = createEmptyActor();
  const scope = {
    self,
    system: self.system,
    id: "",
    sessionId: "",
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor({ type, params }: ExecutableActionObject) {
      if (type === "record") recorded = (params as { outcome: OutcomeType }).outcome;
    },
  } as unknown as Scope & Parameters<OrderMachine["transition"]>[2];

  const run = (next: () => OrderSnapshot): Step => {
    recorded = undefined;
    const order = next();
    return { order, outcome: recorded };
  };

  return {
    initial: (input) => run(() => machine.getInitialSnapshot(scope, input)),
    step: (order, command) => run(() => machine.transition(order, command, scope)),
  };
};
