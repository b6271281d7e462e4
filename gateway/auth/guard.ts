import { type Caller, type CallerOf, nobody } from "../caller.ts";
import { accessOf } from "./access.ts";
import { forbidden } from "./denied.ts";

interface Asked {
  readonly request: Request;
  /** The pattern that the path matched. */
  readonly route: string;
  caller: Caller;
}

/**
 * Lets a request on as its caller, or throws the problem to answer with. It stands before the body is read and before
 * anything is validated, so that who may not call learns nothing; asked a second time it has its answer.
 */
export const createGuard = (callerOf: CallerOf) => async (context: Asked) => {
  if (context.caller.id !== nobody.id) return;
  const { request, route } = context;
  const access = accessOf(request.method, route);
  if (access === "open") return;
  if (!access) throw forbidden("Nobody may call this: the route does not say who may.", null);
  const caller = await callerOf(request);
  if (!Object.hasOwn(access, caller.role)) {
    throw forbidden(
      `The role ${caller.role} may not do this; ${rolesOf(access)} may. Nothing was changed.`,
      caller,
    );
  }
  context.caller = caller;
};

const rolesOf = (access: object): string => Object.keys(access).join(", ");
