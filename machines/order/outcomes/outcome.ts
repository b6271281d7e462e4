import type { Refusal } from "../../errors.ts";
import type { OrderPolicy } from "../../policy.ts";
import type { CommandOf, CommandType } from "../commands.ts";
import type { Effect } from "../effects.ts";
import type { Order } from "../order.ts";

/**
 * What one accepted command does, named by the domain event that it leaves behind. The machine says *when* a command
 * may have this outcome (which states), `refuse` says on which conditions, and the rest says what follows.
 */
export interface Outcome<T extends CommandType> {
  /** The rule: why this command can't have this outcome now, or undefined when it can. */
  refuse(order: Order, command: CommandOf<T>, policy: OrderPolicy): Refusal | undefined;
  /** The order afterwards. */
  change(order: Order, command: CommandOf<T>, policy: OrderPolicy): Order;
  /** What the domain event says besides its type. No personal data: events leave the system. */
  event?(order: Order, command: CommandOf<T>, before: Order): Readonly<Record<string, unknown>>;
  /** What must now be done outside. */
  effects?(order: Order, command: CommandOf<T>): readonly Effect[];
}
