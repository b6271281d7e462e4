import { actorOf, type Caller } from "../caller.ts";
import { HttpProblem } from "../problem.ts";

const REALM = 'Bearer realm="jumun"';

/** What a bad token has in common with a good one is not told: `description` names the claim, never its value. */
export const unauthenticated = (detail: string, description?: string): HttpProblem =>
  new HttpProblem(
    { code: "UNAUTHENTICATED", detail },
    {
      "www-authenticate":
        description === undefined
          ? REALM
          : `${REALM}, error="invalid_token", error_description="${description}"`,
    },
    null,
  );

/** `caller` is null when it was not asked who it is. */
export const forbidden = (detail: string, caller: Caller | null): HttpProblem =>
  new HttpProblem(
    { code: "FORBIDDEN", detail },
    { "www-authenticate": `${REALM}, error="insufficient_scope"` },
    caller && actorOf(caller),
  );
