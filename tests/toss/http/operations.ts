import type { Static, TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { errorReply, type Language, okReply, type Reply } from "../errors/reply.ts";
import type { Route } from "../lab/ledger.ts";
import { CancelRequest } from "../payments/cancel.ts";
import { ConfirmRequest } from "../payments/confirm.ts";
import type { Payment } from "../payments/payment.ts";
import type { Outcome, PaymentService } from "../payments/service.ts";
import type { PaymentStore } from "../payments/store.ts";

/** A request as the routes see it: header names in lower case, `body` parsed if it is JSON. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The decoded path parameter, or null when it cannot be decoded. */
  readonly parameter: string | null;
  readonly body: unknown;
}

/** Whom a request is about, as far as it says so. */
export interface Subject {
  readonly paymentKey: string | null;
  readonly orderId: string | null;
}

/** One endpoint of the API: what it is about, and what it does once the request has been let in. */
export interface Operation {
  readonly route: Route;
  readonly method: "GET" | "POST";
  /** Matches the path; its one group, if any, is the parameter. */
  readonly pattern: RegExp;
  subject(incoming: Incoming): Subject;
  run(incoming: Incoming, language: Language): { reply: Reply; changed: Payment | null };
}

/** The four endpoints of payments, over `service`. */
export function createOperations(service: PaymentService, store: PaymentStore): Operation[] {
  const isConfirm = checker(ConfirmRequest);
  const isCancel = checker(CancelRequest);
  const ofPayment = ({ parameter }: Incoming): Subject => ({
    paymentKey: parameter,
    orderId: (parameter === null ? null : store.get(parameter)?.payment.orderId) ?? null,
  });

  return [
    {
      route: "confirm",
      method: "POST",
      pattern: /^\/v1\/payments\/confirm$/,
      subject: ({ body }) => ({ paymentKey: textOf(body, "paymentKey"), orderId: textOf(body, "orderId") }),
      run: ({ body }, language) => answer(isConfirm(body) ? service.confirm(body) : invalid, language),
    },
    {
      route: "cancel",
      method: "POST",
      pattern: /^\/v1\/payments\/([^/]+)\/cancel$/,
      subject: ofPayment,
      run: ({ parameter, body }, language) =>
        answer(parameter !== null && isCancel(body) ? service.cancel(parameter, body) : invalid, language),
    },
    {
      route: "getPayment",
      method: "GET",
      pattern: /^\/v1\/payments\/([^/]+)$/,
      subject: ofPayment,
      run: ({ parameter }, language) =>
        answer(parameter === null ? invalid : service.get(parameter), language),
    },
    {
      route: "getOrderPayment",
      method: "GET",
      pattern: /^\/v1\/payments\/orders\/([^/]+)$/,
      subject: ({ parameter }) => ({ paymentKey: null, orderId: parameter }),
      run: ({ parameter }, language) =>
        answer(parameter === null ? invalid : service.getByOrder(parameter), language),
    },
  ];
}

const invalid: Outcome = { ok: false, code: "INVALID_REQUEST", changed: null };

function answer(outcome: Outcome, language: Language): { reply: Reply; changed: Payment | null } {
  const reply = outcome.ok ? okReply(outcome.payment) : errorReply(outcome.code, language);
  return { reply, changed: outcome.changed };
}

function checker<Schema extends TSchema>(schema: Schema) {
  const compiled = TypeCompiler.Compile(schema);
  return (value: unknown): value is Static<Schema> => compiled.Check(value);
}

function textOf(body: unknown, field: string): string | null {
  if (typeof body !== "object" || body === null) return null;
  const value: unknown = Reflect.get(body, field);
  return typeof value === "string" ? value : null;
}
