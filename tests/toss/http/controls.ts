import { Type } from "@sinclair/typebox";
import { FaultRequest, type Faults } from "../lab/faults.ts";
import type { Ledger } from "../lab/ledger.ts";
import { WebhookPlan, type Webhooks } from "../lab/webhooks.ts";
import type { Payment } from "../payments/payment.ts";
import { PaymentKey, SessionRequest } from "../payments/session.ts";
import type { Sessions } from "../payments/sessions.ts";
import { answered, type Control, valid } from "./control.ts";

interface Handles {
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly webhooks: Webhooks;
  deposit(paymentKey: string): Payment;
  advance(ms: number): number;
}

const Advance = Type.Object({ ms: Type.Integer({ minimum: 0, maximum: 10 * 365 * 86_400_000 }) });
const OfPayment = Type.Object({ paymentKey: PaymentKey });

/** The controls over a mock's handles. Bad input is answered 400 with what is wrong with it. */
export function createControls(handles: Handles): Control[] {
  const { sessions, faults, ledger, webhooks, deposit, advance } = handles;
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
      path: "/mock/clock",
      answer: (body) => answered(() => ({ now: new Date(advance(valid(Advance, body).ms)).toISOString() })),
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
      path: "/mock/accounts",
      answer: () =>
        answered(() => ({
          accounts: ledger.accounts().map(({ requests: _, cancels: __, ...account }) => account),
        })),
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
