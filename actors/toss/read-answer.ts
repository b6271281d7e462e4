import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { classOf, type Operation } from "./error-codes.ts";
import type { Answer } from "./http.ts";
import { parsePayment } from "./payment.ts";
import type { TossReply } from "./reply.ts";

const ErrorBody = TypeCompiler.Compile(
  Type.Object({
    code: Type.String({ pattern: "^[A-Z][A-Z0-9_]{0,99}$" }),
    message: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  }),
);

const MAX_MESSAGE = 510;

/** Reads Toss' answer to a call on a payment. */
export const readAnswer = (operation: Operation, { status, body }: Answer): TossReply => {
  const json = parseJson(body);
  if (status === 200) {
    const payment = parsePayment(json);
    if (payment) return { kind: "payment", payment };
    return { kind: "unknown", reason: "Toss answered 200 with a body that is no payment" };
  }
  // Every error of the API itself has a code. An answer without one (a 429, 502 or 503 of something that stands before
  // it, a redirect, a half body) is therefore not bound to the idempotency key and does not tell whether the request
  // went through: it may still be running. Under the same key it runs once whatever happened, so money is neither
  // doubled nor lost; a new key could run it twice, and "declined" could drop money that moved.
  if (!ErrorBody.Check(json)) {
    return { kind: "unknown", reason: `Toss answered ${status} without an error code` };
  }
  const error = { code: json.code, message: (json.message ?? "").slice(0, MAX_MESSAGE), status };
  const kind = classOf(operation, error.code);
  if (kind === "inFlight") {
    return { kind: "unknown", reason: `${error.code}: the first request under this key is not finished` };
  }
  return { kind, ...error };
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
