import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths, getSimplePaths } from "@xstate/graph";
import type {
  CommandData,
  CommandType,
  Order,
  OrderCommand,
  OrderDomain,
  OrderSnapshot,
} from "../../machines/mod.ts";
import { balanceOf, DAY_MS, later } from "../../machines/mod.ts";
import { captureOf, completionOf, of, ordered, paid, START, type Story } from "./builders.ts";

/** A small order with so few different commands that every state it can get into can be visited. */
export interface Model {
  readonly name: string;
  readonly domain: OrderDomain;
  readonly start: OrderSnapshot;
  /** What is tried in a state; most of it is refused there. */
  readonly commands: (order: OrderSnapshot) => OrderCommand[];
}

const SOON = later(START, 1);
const LATE = later(START, 90 * DAY_MS);

const command = <T extends CommandType>(type: T, data: CommandData<T>, at = SOON): OrderCommand =>
  ({ type, data, at, id: "model" }) as OrderCommand;

const paymentCommands = (order: Order): OrderCommand[] => [
  ...["payment-key-1", "payment-key-2"].flatMap((paymentKey) => [
    command("payment.request", { paymentKey, amount: order.totalAmount }),
    command("payment.notice", { paymentKey }),
  ]),
  ...[1, 2].flatMap((attempt) => [
    command("payment.capture", captureOf(order, attempt)),
    command("payment.capture", { ...captureOf(order, attempt), misfit: "its method at Toss is 계좌이체" }),
    command("payment.await", { attempt }),
    command("payment.decline", { attempt, code: "NO", message: "no" }),
    command("stray.complete", { attempt }),
    command("stray.fail", { attempt, code: "NO", message: "no" }),
    command("payment.differ", {
      attempt,
      balance: balanceOf(order) + 1,
      expected: balanceOf(order),
    }),
    command("effect.retry", { effectId: `stray:${attempt}` }),
  ]),
  command("order.expire", {}),
  command("order.expire", {}, LATE),
];

const confirmations = (order: Order): OrderCommand[] => [
  command("purchase.confirm", {}),
  ...order.lines.map(({ productId }) => command("purchase.confirm", { lines: [of(productId, 1)] })),
  command("purchase.autoConfirm", {}),
  command("purchase.autoConfirm", {}, LATE),
];

const cancellations = (order: Order): OrderCommand[] => [
  command("cancellation.request", { reason: "r" }),
  ...order.lines.map(({ productId, quantity }) =>
    command("cancellation.request", { reason: "r", lines: [of(productId, quantity)] }),
  ),
  ...order.lines.map(({ productId }) =>
    command("cancellation.request", { reason: "r", lines: [of(productId, 1)] }),
  ),
  ...cancellationSteps(order),
];

const cancellationSteps = (order: Order): OrderCommand[] =>
  ["1", "2"].flatMap((cancellationId) => [
    command("cancellation.restock", { cancellationId }),
    command("cancellation.withdraw", { cancellationId }),
    command("refund.begin", { cancellationId }),
    command("refund.retry", { cancellationId }),
    command("refund.complete", completionOf(order, cancellationId)),
    command("refund.fail", { cancellationId, code: "NO", message: "no" }),
  ]);

const modelOf = (name: string, its: Story, ...commands: ((order: Order) => OrderCommand[])[]): Model => ({
  name,
  domain: its.domain,
  start: its.snapshot,
  commands: ({ context }) => commands.flatMap((some) => some(context)),
});

/** Paying: one piece, two attempts, every late word of Toss. */
export const paymentModel: Model = modelOf(
  "onePieceTwoPayments",
  ordered({ tea: [1, 1_000] }, { maxPaymentAttempts: 2, maxCancellations: 1 }),
  paymentCommands,
  confirmations,
  cancellations,
);

/** Pieces: a captured order of two lines, two cancellations open at once. */
export const pieceModel: Model = modelOf(
  "twoLinesTwoCancellations",
  paid({ tea: [2, 1_000], cup: [1, 700] }, { maxCancellations: 2 }),
  confirmations,
  cancellations,
);

/** So small that every way through it that visits no state twice can be walked: two pieces, taken one at a time. */
export const simpleModel: Model = modelOf(
  "twoPiecesOneAtATime",
  paid({ tea: [2, 1_000] }, { maxCancellations: 2 }),
  ({ lines }) =>
    lines.flatMap(({ productId }) => [
      command("purchase.confirm", { lines: [of(productId, 1)] }),
      command("cancellation.request", { reason: "r", lines: [of(productId, 1)] }),
    ]),
  cancellationSteps,
);

/** What tells two orders of a model apart: no instants, and no count of tries, which would never end. */
export const fingerprint = ({ value, context }: OrderSnapshot): string =>
  JSON.stringify([
    value,
    context.payments.map(({ status }) => status),
    context.lines.map(({ confirmed, canceling, refunded }) => [confirmed, canceling, refunded]),
    context.cancellations.map(({ state, lines }) => [state, lines]),
  ]);

const traversalOf = ({ start, commands }: Model) => ({
  fromState: start,
  events: commands,
  serializeState: fingerprint,
  // A defect that makes the state space endless shall fail a test and not hang it.
  limit: 20_000,
});

const explore = (model: Model) => getAdjacencyMap(model.domain.machine, traversalOf(model));
const explored = new Map<Model, ReturnType<typeof explore>>();

/** A model never changes, so each is explored once. */
const adjacencyOf = (model: Model) => {
  const found = explored.get(model) ?? explore(model);
  explored.set(model, found);
  return found;
};

/** One command tried in one state of a model. Refused, `after` is the state it was tried in. */
export interface Edge {
  readonly before: OrderSnapshot;
  readonly command: OrderCommand;
  readonly after: OrderSnapshot;
}

/** Every state of a model with every command tried in it. */
export const edgesOf = (model: Model): Edge[] =>
  adjacencyMapToArray(adjacencyOf(model)).map(({ state, event, nextState }) => ({
    before: state,
    command: event,
    after: nextState,
  }));

export const statesOf = (model: Model): OrderSnapshot[] =>
  Object.values(adjacencyOf(model)).map(({ state }) => state);

/** A way through a model from its start, as the commands taken. */
export type Path = readonly OrderCommand[];

const commandsOf = (paths: readonly { steps: readonly { event: OrderCommand }[] }[]): Path[] =>
  paths.map(({ steps }) => steps.map((step) => step.event).filter((event) => "data" in event));

/** The shortest way to each state. */
export const shortestPaths = (model: Model): Path[] =>
  commandsOf(getShortestPaths(model.domain.machine, traversalOf(model)));

/** Every way to each state that visits no state twice. */
export const simplePaths = (model: Model): Path[] =>
  commandsOf(getSimplePaths(model.domain.machine, traversalOf(model)));
