import type { OrderState } from "../../../machines/mod.ts";
import type { CancellationView } from "../../schemas/order.ts";
import { cancellationNames, nameOf, paymentNames, stateNames } from "../i18n/names.ts";

/** A name people use, and the code of the API beside it. */
export const Named = ({ name, code }: { name: string; code: string }) => (
  <span class="named">
    {name} <code>{code}</code>
  </span>
);

/** An order's state in its color, never by color alone. `bare` leaves out the code. */
export const StateChip = ({ state, bare = false }: { state: OrderState; bare?: boolean }) => (
  <span class="chip" data-state={state} title={state}>
    <span class="dot" aria-hidden="true" />
    {stateNames.value[state]}
    {!bare && <code>{state}</code>}
  </span>
);

/** The order state whose color each step of a cancellation shares. */
const cancellationTones: Record<CancellationView["state"], OrderState> = {
  requested: "cancelRequested",
  restocked: "restocked",
  refunding: "refunding",
  refunded: "refunded",
  failed: "refundFailed",
  withdrawn: "canceled",
};

export const CancellationChip = ({ state }: { state: CancellationView["state"] }) => (
  <span class="chip" data-state={cancellationTones[state]} title={state}>
    <span class="dot" aria-hidden="true" />
    {cancellationNames.value[state]}
  </span>
);

const paymentTones: Readonly<Record<string, OrderState>> = {
  requested: "paying",
  awaiting: "paying",
  captured: "paid",
  declined: "canceled",
  strayRefunding: "refunding",
  strayRefunded: "refunded",
  strayRefundFailed: "refundFailed",
};

export const PaymentChip = ({ status }: { status: string }) => (
  <span class="chip" data-state={paymentTones[status] ?? "ordered"} title={status}>
    <span class="dot" aria-hidden="true" />
    {nameOf(paymentNames.value, status)}
  </span>
);
