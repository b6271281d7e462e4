import { type ProblemCode, problems } from "../errors.ts";
import { type Access, accessOf } from "./access.ts";

export interface Secured {
  description?: string;
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  responses?: Record<string, { description: string; content?: object }>;
}

export const securitySchemes = {
  token: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "A signed JWT with `sub`, `exp`, `aud` and a role: customer, service, warehouse or operator.",
  },
} as const;

const problemBody = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

/** Adds to an operation of the OpenAPI document who may call it, and what the others are told. */
export const describeAccess = (operation: Secured, method: string, path: string): void => {
  const access = accessOf(method.toUpperCase(), path.replace(/\{([^}]+)\}/g, ":$1")) ?? {};
  if (access === "open") {
    operation.security = [];
    return;
  }
  operation.security = [{ token: [] }];
  operation.description = [operation.description, sentenceOf(access)].filter(Boolean).join("\n\n");
  for (const code of ["UNAUTHENTICATED", "FORBIDDEN", "AUTH_KEYS_UNAVAILABLE"] as const) {
    addProblem(operation, code);
  }
};

const sentenceOf = (access: Exclude<Access, "open">): string => {
  const roles = Object.entries(access).map(([role, reach]) =>
    reach === "own" ? `${role} (its own orders)` : role,
  );
  return `Who may: ${roles.join(", ")}.`;
};

const addProblem = (operation: Secured, code: ProblemCode): void => {
  const { status } = problems[code];
  const there = operation.responses?.[status];
  operation.responses = {
    ...operation.responses,
    [status]: there
      ? { ...there, description: `${there.description}, ${code}` }
      : { description: code, content: problemBody },
  };
};
