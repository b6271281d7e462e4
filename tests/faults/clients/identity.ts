import { commandId, orderIdFor, placementId } from "../../../actors/command.ts";
import { callerKey } from "../../../gateway/caller.ts";

/** Whom the gateway takes our clients for, with AUTH=dev. */
export const caller = { role: "operator", id: "local" } as const;
const CALLER = callerKey(caller);

export const PLACING = "POST /orders";

/**
 * The order that a placing under this key makes. Derived as the gateway does, so that one without an answer is known
 * too.
 */
export const orderIdOfKey = (key: string): string => orderIdFor(CALLER, key);

/** The id of the command that a request becomes. `route` is a pattern, such as `POST /orders/:id/payment`. */
export const commandIdOf = (orderId: string, route: string, key: string): string =>
  route === PLACING ? placementId(orderId, CALLER, key) : commandId(orderId, CALLER, route, key);
