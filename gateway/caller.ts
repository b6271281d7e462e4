import type { Actor, Role } from "../actors/command.ts";

/** Who may call from outside: `system` is the runtime itself, and no token makes anybody that. */
export const callerRoles = [
  "customer",
  "service",
  "warehouse",
  "operator",
] as const satisfies readonly Role[];
export type CallerRole = (typeof callerRoles)[number];

export interface Caller extends Actor {
  readonly role: CallerRole;
  /** When what it showed ends, and its event streams with it. Epoch ms; left out: never. */
  readonly until?: number;
}

/**
 * Says who calls. Everything that the gateway knows of a caller comes through here. Throws the `HttpProblem` to answer
 * with when it can't tell, and never lets a request through as somebody else.
 */
export interface CallerOf {
  (request: Request): Caller | Promise<Caller>;
  /** Who this was found to be a moment ago, told without any work; undefined for whoever has to be looked at. */
  readonly lately?: (request: Request) => Caller | undefined;
}

/** Whoever was not asked: a customer without an order, and with an id that no caller has. */
export const nobody: Caller = { role: "customer", id: "" };

/** What is stored of a caller with what it caused. */
export const actorOf = ({ role, id }: Caller): Actor => ({ role, id });

/** Identifies a caller within order and command ids: the same key from another caller is another request. */
export const callerKey = (caller: Actor): string => `${caller.role}:${caller.id}`;
