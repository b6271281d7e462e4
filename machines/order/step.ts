import { type ActorScope, createEmptyActor, getNextTransitions } from "xstate";
import { InvariantError } from "../errors.ts";
import type { OrderPolicy } from "../policy.ts";
import type { CommandOf, OrderCommand } from "./commands.ts";
import type { OrderSnapshot } from "./decide.ts";
import { type OrderMachine, outcomeOf } from "./machine.ts";
import type { Order } from "./order.ts";
import type { OutcomeType } from "./outcomes/mod.ts";
import { placedOrder } from "./place.ts";
import { recordedOutcome } from "./recorded.ts";
import { capturedState, stateOf } from "./state.ts";

/** A step of the machine: the next snapshot, and the outcome that it records, if any transition was taken. */
export interface Step {
  readonly order: OrderSnapshot;
  readonly outcome: OutcomeType | undefined;
}

export interface Stepper {
  initial(input: { orderId: string; command: CommandOf<"order.place"> }): Step;
  step(order: OrderSnapshot, command: OrderCommand): Step;
}

/** Where a kind of step leads: XState's snapshot of an order there, which lacks only the context. */
type Answer = Omit<OrderSnapshot, "context">;

/**
 * Steps the machine as XState's pure `transition` does, and asks XState once for each kind of step. Where a step leads
 * hangs on the state, on the outcome that its guards let through and on what `capturedState` then says, and on nothing
 * else of the order; so what XState answered to one order holds for all, with the context of each put in. XState's
 * interpreter took a quarter of a command's processor time.
 *
 * XState's first answer is compared with ours, so a machine with a guard or an action of another kind fails at once;
 * the tests compare every step of random lives. @throws InvariantError then
 */
export const createStepper = (machine: OrderMachine, policy: OrderPolicy): Stepper => {
  const xstate = askXState(machine);
  /** By state and command: the outcomes that the machine has for it there, in the order in which it tries them. */
  const candidates = new Map<string, readonly OutcomeType[]>();
  /** By kind of step. */
  const answers = new Map<string, Answer>();

  const outcomesFor = (order: OrderSnapshot, { type }: OrderCommand, key: string): readonly OutcomeType[] => {
    const known = candidates.get(key);
    if (known) return known;
    const found = outcomesOf(order, type);
    candidates.set(key, found);
    return found;
  };

  const lead = (key: string, ask: () => Step, outcome: OutcomeType | undefined, context: Order): Step => {
    let answer = answers.get(key);
    if (!answer) {
      const asked = ask();
      if (asked.outcome !== outcome || JSON.stringify(asked.order.context) !== JSON.stringify(context)) {
        throw new InvariantError(`XState answers "${key}" otherwise: ${asked.outcome}. Nothing is written.`);
      }
      const { context: _, ...rest } = asked.order;
      answer = rest;
      answers.set(key, answer);
    }
    return { order: { ...answer, context } as OrderSnapshot, outcome };
  };

  return {
    initial: (input) => lead("placed", () => xstate.initial(input), undefined, placedOrder(input, policy)),
    step(order, command) {
      const from = `${stateOf(order)} ${command.type}`;
      const outcome = outcomesFor(order, command, from).find(
        (one) => outcomeOf(one).refuse(order.context, command, policy) === undefined,
      );
      if (!outcome) return { order, outcome };
      const context = outcomeOf(outcome).change(order.context, command, policy);
      const key = `${from} ${outcome} ${capturedState(context)}`;
      return lead(key, () => xstate.step(order, command), outcome, context);
    },
  };
};

/** The outcomes that the machine has for a command in the order's state, nearest state first, as XState tries them. */
export const outcomesOf = (order: OrderSnapshot, type: OrderCommand["type"]): OutcomeType[] =>
  getNextTransitions(order).flatMap(({ eventType, actions }) => {
    const outcome = eventType === type ? recordedOutcome(actions) : undefined;
    return outcome ? [outcome] : [];
  });

/**
 * XState's own answer, over one scope: its `transition` makes an actor for each call, which works out the initial state
 * anew. Nothing runs in ours.
 */
const askXState = (machine: OrderMachine): Stepper => {
  let outcome: OutcomeType | undefined;
  const self = createEmptyActor();
  const nothing = () => {};
  const scope = {
    self,
    system: self.system,
    id: "",
    sessionId: "",
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor(action: unknown) {
      outcome = recordedOutcome([action]) ?? outcome;
    },
  } as unknown as ActorScope<OrderSnapshot, OrderCommand> & Parameters<OrderMachine["transition"]>[2];
  const run = (next: () => OrderSnapshot): Step => {
    outcome = undefined;
    return { order: next(), outcome };
  };
  return {
    initial: (input) => run(() => machine.getInitialSnapshot(scope, input)),
    step: (order, command) => run(() => machine.transition(order, command, scope)),
  };
};
