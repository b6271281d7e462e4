import { commandId, orderIdFor } from "../../../actors/command.ts";

/** Whom the gateway takes our clients for, as `gateway/caller.ts` names a caller. */
const CALLER = "operator:local";

/**
 * The order that a placing under this key makes. Derived as the gateway does, so that one without an answer is known
 * too.
 */
export const orderIdOfKey = (key: string): string => orderIdFor(CALLER, key);

/** The id of the command that a request becomes. `route` is a pattern, such as `POST /orders/:id/payment`. */
export const commandIdOf = (orderId: string, route: string, key: string): string =>
  commandId(orderId, CALLER, route, key);
