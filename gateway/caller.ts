import type { Actor } from "../actors/command.ts";

/**
 * Says who calls. Everything that the gateway knows of a caller comes through here, so authentication replaces this
 * one function: it returns the caller that the request's token names, or throws an `HttpProblem` for a bad one.
 */
export type CallerOf = (request: Request) => Actor | Promise<Actor>;

const local: Actor = { role: "operator", id: "local" };

/**
 * **No authentication: every request is the operator `local`, who may do everything.** Safe only because the gateway
 * binds to loopback unless told otherwise, and logs a warning when it is told otherwise.
 */
export const localCaller: CallerOf = () => local;

/** Identifies a caller within order and command ids: the same key from another caller is another request. */
export const callerKey = (caller: Actor): string => `${caller.role}:${caller.id}`;
