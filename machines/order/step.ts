import { type ActorScope, createEmptyActor, getNextTransitions } from "xstate";
import type { OrderPolicy } from "../policy.ts";
import type { CommandOf, OrderCommand } from "./commands.ts";
import type { OrderSnapshot } from "./decide.ts";
import { type OrderMachine, outcomeOf } from "./machine.ts";
import type { OutcomeType } from "./outcomes/mod.ts";
import { placedOrder } from "./place.ts";
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

/**
 * Steps the machine as XState's pure `transition` does, and asks XState once for each kind of step. Where a step leads
 * hangs on the state, on the outcome that its guards let through and on what `capturedState` then says, and on nothing
 * else of the order; so what XState answered to one order holds for all, with the context of each put in. XState's
 * interpreter took a quarter of a command's processor time. A test holds the two against each other.
 */
export const createStepper = (machine: OrderMachine, policy: OrderPolicy): Stepper => {
  const scope = emptyScope();
  /** By state and command: the outcomes that the machine has for it there, in the order in which it tries them. */
  const candidates = new Map<string, readonly OutcomeType[]>();
  /** By kind of step: a snapshot of where it leads. */
  const answers = new Map<string, OrderSnapshot>();

  const outcomesFor = (order: OrderSnapshot, { type }: OrderCommand, key: string): readonly OutcomeType[] => {
    const known = candidates.get(key);
    if (known) return known;
    const found = outcomesOf(order, type);
    candidates.set(key, found);
    return found;
  };

  const answerOf = (key: string, ask: () => OrderSnapshot, context: OrderSnapshot["context"]) => {
    const known = answers.get(key);
    if (known) return { ...known, context };
    const order = ask();
    answers.set(key, order);
    return order;
  };

  return {
    initial: (input) => ({
      order: answerOf("", () => machine.getInitialSnapshot(scope, input), placedOrder(input, policy)),
      outcome: undefined,
    }),
    step(order, command) {
      const from = `${stateOf(order)} ${command.type}`;
      const outcome = outcomesFor(order, command, from).find(
        (one) => outcomeOf(one).refuse(order.context, command, policy) === undefined,
      );
      if (!outcome) return { order, outcome };
      const context = outcomeOf(outcome).change(order.context, command, policy);
      const key = `${from} ${outcome} ${capturedState(context)}`;
      return { order: answerOf(key, () => machine.transition(order, command, scope), context), outcome };
    },
  };
};

/** The outcomes that the machine has for a command in the order's state, nearest state first, as XState tries them. */
export const outcomesOf = (order: OrderSnapshot, type: OrderCommand["type"]): OutcomeType[] =>
  getNextTransitions(order).flatMap(({ eventType, actions }) =>
    eventType === type ? recorded(actions) : [],
  );

/** The outcome named by a transition's `record` action. */
const recorded = (actions: readonly unknown[]): OutcomeType[] =>
  actions.flatMap((action) => {
    const { type, params } = action as { type?: string; params?: { outcome: OutcomeType } };
    return type === "record" && params ? [params.outcome] : [];
  });

type Scope = ActorScope<OrderSnapshot, OrderCommand> & Parameters<OrderMachine["transition"]>[2];

/** XState's `transition` makes an actor for each call, which works out the initial state anew. Nothing runs in ours. */
const emptyScope = (): Scope => {
  const self = createEmptyActor();
  const nothing = () => {};
  return {
    self,
    system: self.system,
    id: "",
    sessionId: "",
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  } as unknown as Scope;
};
