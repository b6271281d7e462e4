import type { OrderDomain, OrderSnapshot } from "./decide.ts";
import type { Order } from "./order.ts";
import { orderStates, stateOf } from "./state.ts";

/** A stored order: which machine wrote it, in which version of its shape, and the machine's state. Plain JSON. */
export interface StoredSnapshot {
  readonly machine: "order";
  readonly version: number;
  readonly value: OrderSnapshot["value"];
  readonly context: Order;
}

/** The version that this code writes. Raise it with every change of the stored shape, and add an upgrade. */
export const SNAPSHOT_VERSION = 2;

type Upgrade = (snapshot: Record<string, unknown>) => Record<string, unknown>;

/** From the version of its key to the next one. */
const upgrades: Readonly<Record<number, Upgrade>> = {
  // 2 keeps every attempt at paying in `payments`; 1 had one `payment`, overwritten by each try.
  1: ({ context, ...rest }) => {
    const { payment, ...order } = context as Record<string, unknown>;
    const first = payment as Record<string, unknown> | null | undefined;
    return { ...rest, context: { ...order, payments: first ? [{ attempt: 1, ...first }] : [] } };
  },
};

/** Terminal: the order can't be read by this code, and stays as it is. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  readonly code = "SNAPSHOT_UNREADABLE";
}

export const storeSnapshot = (snapshot: OrderSnapshot): StoredSnapshot => ({
  machine: "order",
  version: SNAPSHOT_VERSION,
  value: snapshot.value,
  context: snapshot.context,
});

/**
 * Brings a stored snapshot to life under this code's machine, upgrading an older shape step by step. Throws
 * {@link SnapshotError} for another machine's snapshot, an unknown version or a state that does not exist: XState
 * itself would load a foreign snapshot silently.
 */
export const restoreSnapshot = (domain: OrderDomain, stored: unknown): OrderSnapshot => {
  const { value, context } = upgraded(stored);
  const order = resolve(domain, value, context);
  // XState makes something of half a state: "captured" without its child, or `{}`, which it takes for "ordered".
  if (JSON.stringify(order.value) !== JSON.stringify(value) || !orderStates.includes(stateOf(order))) {
    throw unknownState(value);
  }
  return order;
};

/** What is known of a stored order, for who only reads: no machine is brought to life. Throws {@link SnapshotError}. */
export const readOrder = (stored: unknown): Order => upgraded(stored).context;

const upgraded = (stored: unknown): StoredSnapshot => {
  let snapshot = stored as Record<string, unknown>;
  if (snapshot?.machine !== "order") {
    throw new SnapshotError(
      `A snapshot of ${String(snapshot?.machine)} is not an order. It was left as it is.`,
    );
  }
  for (let version = Number(snapshot.version); version !== SNAPSHOT_VERSION; version += 1) {
    const upgrade = upgrades[version];
    if (!upgrade) {
      throw new SnapshotError(
        `Order snapshots of version ${version} can't be read by this release, which reads 1 to ${SNAPSHOT_VERSION}. ` +
          "The order was left as it is. Run the release that wrote it, or a newer one.",
      );
    }
    snapshot = upgrade(snapshot);
  }
  return snapshot as unknown as StoredSnapshot;
};

const resolve = ({ machine }: OrderDomain, value: StoredSnapshot["value"], context: Order): OrderSnapshot => {
  try {
    return machine.resolveState({ value, context });
  } catch (error) {
    throw unknownState(value, error);
  }
};

const unknownState = (value: unknown, cause?: unknown): SnapshotError =>
  new SnapshotError(
    `The stored state ${JSON.stringify(value)} does not exist. The order was left as it is.`,
    {
      cause,
    },
  );
