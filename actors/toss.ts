import { silentLog } from "./ports.ts";
import { type CircuitName, createCircuit } from "./toss/circuit.ts";
import { concernsOperator, type Operation } from "./toss/error-codes.ts";
import { createHttp, type Exchange, type TossRequest } from "./toss/http.ts";
import { createLimiter } from "./toss/limiter.ts";
import { authorizationOf, checkedBaseUrl, checkedLimits, type TossOptions } from "./toss/options.ts";
import { readAnswer } from "./toss/read-answer.ts";
import type { TossReply } from "./toss/reply.ts";
import {
  type CancelRequest,
  type ConfirmRequest,
  cancelRequest,
  confirmRequest,
  lookupRequest,
  type Unsendable,
} from "./toss/requests.ts";

export { TossConfigError, type TossConfigErrorCode, type TossOptions } from "./toss/options.ts";
export { type TossPayment, TossPaymentSchema } from "./toss/payment.ts";
export type { TossError, TossReply } from "./toss/reply.ts";
export type { CancelRequest, ConfirmRequest } from "./toss/requests.ts";

/**
 * Toss Payments, as far as orders need it. Every outcome is a value: no method rejects. None retries either: whether to
 * call again, and under which idempotency key, is for the caller, who has stored it.
 */
export interface Toss {
  /** Captures a payment that the customer has authenticated. */
  confirm(request: ConfirmRequest, idempotencyKey: string): Promise<TossReply>;
  /** Gives back part or all of a payment. */
  cancel(request: CancelRequest, idempotencyKey: string): Promise<TossReply>;
  /** How a payment stands. One that Toss does not know is `declined` with NOT_FOUND_PAYMENT. */
  lookup(paymentKey: string): Promise<TossReply>;
  /** The worst of the circuits of confirm, cancel and lookup. */
  circuit(): CircuitName;
}

/** One call that had its turn: what it came to, and the HTTP status (0 without an answer). */
interface Attempt {
  readonly reply: TossReply;
  readonly status: number;
}

/**
 * Makes a client. Throws {@link TossConfigError} for options that can't work.
 * @example
 * const toss = createToss({ baseUrl: "https://api.tosspayments.com", secretKey });
 * const reply = await toss.confirm({ paymentKey, orderId, amount: 15_000 }, idempotencyKey);
 * if (reply.kind === "payment") console.log(reply.payment.status); // "DONE"
 */
export const createToss = (options: TossOptions): Toss => {
  const baseUrl = checkedBaseUrl(options.baseUrl);
  const authorization = authorizationOf(options.secretKey);
  const limits = checkedLimits(options);
  const log = options.log ?? silentLog;
  const send = createHttp({
    baseUrl,
    authorization,
    timeoutMs: limits.timeoutMs,
    fetch: options.fetch ?? fetch,
  });
  const limiter = createLimiter(limits);

  // One circuit for each operation: a look-up that works says nothing of a confirm that is down, and as each error is
  // followed by a look-up, one circuit for all would never count far enough to open.
  const circuitFor = (operation: Operation) =>
    createCircuit<Attempt>(limits, isOutage, (state) => {
      const fields = { operation, circuit: state };
      if (state === "open")
        log.warn(fields, "Toss is down for this operation; its calls are not sent for now");
      else log.info(fields, "the circuit to Toss changed");
    });
  const circuits = {
    confirm: circuitFor("confirm"),
    cancel: circuitFor("cancel"),
    lookup: circuitFor("lookup"),
  };

  const attempt = async (operation: Operation, request: TossRequest): Promise<Attempt> => {
    const startedAt = performance.now();
    const exchange = await send(request);
    const reply = withoutSecret(replyOf(operation, exchange), options.secretKey, authorization);
    report(operation, exchange, reply, Math.round(performance.now() - startedAt));
    return { reply, status: exchange.kind === "answered" ? exchange.answer.status : 0 };
  };

  const report = (operation: Operation, exchange: Exchange, reply: TossReply, ms: number) => {
    const fields = {
      operation,
      kind: reply.kind,
      ...("code" in reply && { code: reply.code, status: reply.status }),
      ...("reason" in reply && { reason: reply.reason }),
      ...(exchange.kind === "answered" && { traceId: exchange.answer.traceId }),
      ms,
    };
    if (reply.kind === "misconfigured") {
      log.error(fields, "Toss does not let us in: an operator must mend the secret key or the base URL");
    } else if (reply.kind === "declined" && concernsOperator.has(reply.code)) {
      log.error(
        fields,
        "Toss refuses because of the merchant's contract or our request: an operator must act",
      );
    } else log.debug(fields, "called Toss");
  };

  const call = async (operation: Operation, request: TossRequest | Unsendable): Promise<TossReply> => {
    if ("kind" in request) {
      log.warn(
        { operation, code: request.code },
        "a call to Toss was not safe to send and was declined here",
      );
      return request;
    }
    const circuit = circuits[operation];
    const refused = notSent(`the circuit of ${operation} is open; nothing was sent to Toss`);
    // Asked before the queue, so that calls that would be refused don't wait, and again when their turn has come.
    if (circuit.refuses()) return refused;
    const turn = await limiter.run(async () => ({
      attempt: await circuit.run(() => attempt(operation, request)),
    }));
    if (!turn) return notSent("too many calls to Toss wait already; nothing was sent");
    return turn.attempt?.reply ?? refused;
  };

  return {
    confirm: (request, idempotencyKey) => call("confirm", confirmRequest(request, idempotencyKey)),
    cancel: (request, idempotencyKey) => call("cancel", cancelRequest(request, idempotencyKey)),
    lookup: (paymentKey) => call("lookup", lookupRequest(paymentKey)),
    circuit() {
      const states = Object.values(circuits).map((circuit) => circuit.state());
      return (
        states.find((state) => state === "open") ?? states.find((state) => state === "halfOpen") ?? "closed"
      );
    },
  };
};

const notSent = (reason: string): TossReply => ({ kind: "notSent", reason });

const replyOf = (operation: Operation, exchange: Exchange): TossReply => {
  switch (exchange.kind) {
    case "answered":
      return readAnswer(operation, exchange.answer);
    case "notSent":
      return notSent(`no connection to Toss (${exchange.cause}); nothing was sent`);
    case "noAnswer":
      return { kind: "unknown", reason: `no answer from Toss (${exchange.cause})` };
  }
};

/**
 * Whether an attempt shows Toss down or asking for fewer calls. A decline never does, nor does a 409, which answers
 * that the first request under the key is still running.
 */
const isOutage = ({ reply, status }: Attempt): boolean => {
  switch (reply.kind) {
    case "notSent":
      return true;
    case "unknown":
      return status !== 409;
    case "retryable":
      return status >= 500 || status === 429;
    default:
      return false;
  }
};

/** Texts of a reply get stored and logged: should an answer ever echo our credentials, they go no further. */
const withoutSecret = (reply: TossReply, secretKey: string, authorization: string): TossReply => {
  if (!("message" in reply)) return reply;
  const encoded = authorization.slice("Basic ".length);
  const message = reply.message.replaceAll(secretKey, "[secret]").replaceAll(encoded, "[secret]");
  return { ...reply, message };
};
