import { type Static, Type } from "@sinclair/typebox";
import { problemCodes } from "../errors.ts";

export const InvalidValue = Type.Object({
  pointer: Type.String({ description: "JSON Pointer into the part of the request that `detail` names" }),
  message: Type.String(),
});

/** RFC 9457 problem details, with the closed `code` to program against. */
export const Problem = Type.Object({
  type: Type.String({ examples: ["urn:jumun:problem:ORDER_NOT_PAYABLE"] }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.Union(problemCodes.map((code) => Type.Literal(code))),
  detail: Type.String({ description: "What happened, what did not change, what to do" }),
  instance: Type.String({ description: "The path of the request" }),
  errors: Type.Optional(Type.Array(InvalidValue, { description: "What is wrong where, at most 64" })),
  orderId: Type.Optional(Type.String()),
  commandId: Type.Optional(Type.String()),
  tossCode: Type.Optional(Type.String({ description: "Why Toss declined, in Toss' own code" })),
  incident: Type.Optional(Type.String({ description: "Finds the log line of an internal error" })),
});

export type Problem = Static<typeof Problem>;
