import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { FaultRequest, type Faults } from "../lab/faults.ts";
import type { Ledger } from "../lab/ledger.ts";
import { WebhookPlan, type Webhooks } from "../lab/webhooks.ts";
import type { Payment } from "../payments/payment.ts";
import { PaymentKey, SessionRequest } from "../payments/session.ts";
import type { Sessions } from "../payments/sessions.ts";
import type { Answer } from "./exchange.ts";

/** A route outside `/v1` with which another process works the mock; it needs no key. */
export interface Control {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  answer(body: unknown, query: URLSearchParams): Promise<Answer>;
}

interface Handles {
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly webhooks: Webhooks;
  deposit(paymentKey: string): Payment;
}

const OfPayment = Type.Object({ paymentKey: PaymentKey });

/** The controls over a mock's handles. Bad input is answered 400 with what is wrong with it. */
export function createControls(handles: Handles): Control[] {
  const { sessions, faults, ledger, webhooks, deposit } = handles;
  return [
    {
      method: "POST",
      path: "/mock/authentications",
      answer: (body) => answered(() => sessions.authenticate(valid(SessionRequest, body))),
    },
    {
      method: "POST",
      path: "/mock/deposits",
      answer: (body) => answered(() => deposit(valid(OfPayment, body).paymentKey)),
    },
    {
      method: "POST",
      path: "/mock/faults",
      answer: (body) =>
        answered(() => {
          const { route, fault, ...scope } = valid(FaultRequest, body);
          faults.next(route, fault, scope);
          return { pending: faults.pending() };
        }),
    },
    {
      method: "DELETE",
      path: "/mock/faults",
      answer: () =>
        answered(() => {
          faults.clear();
          return { pending: 0 };
        }),
    },
    {
      method: "POST",
      path: "/mock/webhooks",
      answer: (body) =>
        answered(() => {
          webhooks.configure(valid(Type.Partial(WebhookPlan), body));
          return { deliveries: webhooks.deliveries() };
        }),
    },
    {
      method: "POST",
      path: "/mock/webhooks/resend",
      answer: (body) =>
        answered(() => {
          const { paymentKey } = valid(OfPayment, body);
          return webhooks.resend(paymentKey);
        }),
    },
    {
      method: "GET",
      path: "/mock/ledger",
      answer: (_, query) =>
        answered(() => {
          const filter = {
            orderId: query.get("orderId") ?? undefined,
            paymentKey: query.get("paymentKey") ?? undefined,
          };
          return {
            payments: ledger.accounts(filter),
            transactions: ledger.transactions(filter),
            requests: ledger.requests(filter),
          };
        }),
    },
  ];
}

function valid<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> {
  if (Value.Check(schema, body)) return body;
  const problem = Value.Errors(schema, body).First();
  throw new Error(`Bad body${problem === undefined ? "" : ` at "${problem.path}": ${problem.message}`}.`);
}

async function answered(run: () => unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  try {
    return { status: 200, headers, body: JSON.stringify(await run()) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 400, headers, body: JSON.stringify({ code: "INVALID_REQUEST", message }) };
  }
}
