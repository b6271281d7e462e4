import { errorReply, type Language, languageOf, type Reply } from "../errors/reply.ts";
import { isTossErrorCode, type TossErrorCode } from "../errors/status.ts";
import { delay } from "../lab/delay.ts";
import type { Fault, FaultQueue } from "../lab/faults.ts";
import type { GateKeeper } from "../lab/gates.ts";
import type { LedgerBook, RequestEntry } from "../lab/ledger.ts";
import type { WebhookSender } from "../lab/webhooks.ts";
import type { Settings } from "../options.ts";
import { newTraceId } from "../payments/ids.ts";
import { authenticate } from "./auth.ts";
import { type IdempotencyStore, type Known, MAX_KEY_LENGTH, type Scope } from "./idempotency.ts";
import type { Incoming, Operation } from "./operations.ts";

/** What goes over the wire: a response, or the connection cut. */
export type Answer =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
  | "cut";

/** The parts that an exchange works with. */
export interface Parts {
  readonly settings: Settings;
  readonly ledger: LedgerBook;
  readonly faults: FaultQueue;
  readonly gates: GateKeeper;
  readonly webhooks: WebhookSender;
  readonly idempotency: IdempotencyStore;
  /** Aborts when the mock stops. */
  readonly stopped: AbortSignal;
}

/** One exchange under way. */
interface Call {
  readonly operation: Operation;
  readonly incoming: Incoming;
  readonly entry: RequestEntry;
  readonly language: Language;
  readonly traceId: string;
}

/**
 * Takes one request through the provider's stations, in order: authentication, idempotency, processing, reply; with
 * the faults and gates of the tests in between.
 */
export function createExchange(parts: Parts) {
  const { settings, ledger, faults, gates, webhooks, idempotency, stopped } = parts;
  const { secretKey, bindServerErrors } = settings;

  return async (operation: Operation, incoming: Incoming): Promise<Answer> => {
    const { method, path, headers, body } = incoming;
    const key = operation.method === "POST" ? headers["idempotency-key"] || null : null;
    const entry = ledger.receive({
      route: operation.route,
      method,
      path,
      idempotencyKey: key,
      body,
      ...operation.subject(incoming),
    });
    const language = languageOf(headers["accept-language"]);
    const call: Call = { operation, incoming, entry, language, traceId: newTraceId() };

    const unknownCaller = authenticate(headers.authorization, secretKey);
    if (unknownCaller !== null) return refuse(call, unknownCaller);
    if (key !== null && key.length > MAX_KEY_LENGTH) return refuse(call, "INVALID_IDEMPOTENCY_KEY");

    const scope = key === null ? null : { key, secretKey, method, url: path };
    const known: Known = scope === null ? { kind: "first" } : idempotency.look(scope);
    if (known.kind === "inFlight") return refuse(call, "IDEMPOTENT_REQUEST_PROCESSING");

    const fault = faults.take(entry, known.kind === "bound");
    entry.fault = fault?.kind ?? null;
    switch (fault?.kind) {
      case "dropBefore":
        return cut(entry);
      case "timeoutBefore":
        return withhold(entry);
      case "conflict":
        return refuse(call, "IDEMPOTENT_REQUEST_PROCESSING");
      case "tooManyRequests":
        return refuse(call, "TOO_MANY_REQUESTS");
    }

    if (known.kind === "bound") {
      entry.replayed = true;
      return deliver(call, known.reply, fault, known.traceId);
    }
    const { reply, changed } = await processOnce(call, fault, scope);
    if (stopped.aborted) return cut(entry);
    if (changed !== null && webhooks.timing() === "afterReply") webhooks.announceSoon(changed);
    return deliver(call, reply, fault, null);
  };

  /** Runs the operation once, with its key in flight from start to end. */
  async function processOnce(call: Call, fault: Fault | null, scope: Scope | null) {
    const { entry, traceId } = call;
    if (scope !== null) idempotency.begin(scope);
    let bound = false;
    try {
      if (fault?.kind === "slow" && fault.at === "beforeProcessing") await delay(fault.ms, stopped);
      await gates.pass("beforeProcessing", entry);
      if (stopped.aborted) return { reply: errorReply("UNKNOWN_ERROR", call.language), changed: null };

      const { reply, changed } = execute(call, fault);
      if (changed !== null && webhooks.timing() === "beforeReply") await webhooks.announce(changed);
      if (fault?.kind === "slow" && fault.at !== "beforeProcessing") await delay(fault.ms, stopped);
      await gates.pass("beforeReply", entry);

      if (scope !== null && isBindable(reply)) {
        idempotency.bind(scope, reply, traceId);
        bound = true;
      }
      return { reply, changed };
    } finally {
      if (scope !== null && !bound) idempotency.release(scope);
    }
  }

  function execute({ operation, incoming, entry, language }: Call, fault: Fault | null) {
    const forced = forcedError(incoming);
    if (forced !== null) return { reply: errorReply(forced, language), changed: null };
    if (fault?.kind === "error") return { reply: errorReply(fault.code, language), changed: null };

    const { reply, changed } = operation.run(incoming, language);
    gates.markProcessed(entry);
    if (fault?.kind !== "errorAfterSuccess") return { reply, changed };
    return { reply: errorReply(fault.code ?? "FAILED_INTERNAL_SYSTEM_PROCESSING", language), changed };
  }

  /** The error that `TossPayments-Test-Code` asks for; a live key makes the provider ignore the header. */
  function forcedError({ headers }: Incoming): TossErrorCode | null {
    const code = headers["tosspayments-test-code"];
    if (code === undefined || !secretKey.startsWith("test_")) return null;
    return isTossErrorCode(code) ? code : "INVALID_TEST_CODE";
  }

  /** 409 and 429 are given in front of the store, so they never belong to a key. */
  function isBindable({ status }: Reply): boolean {
    return status !== 409 && status !== 429 && (status < 500 || bindServerErrors);
  }

  /** An error given at the door: no key is bound, and no fault strikes it. */
  function refuse(call: Call, code: TossErrorCode): Answer {
    return send(call, errorReply(code, call.language), null);
  }

  /** Sends `reply`, or what `fault` makes of it. `replayOf` is the trace id of the request that it first answered. */
  function deliver(call: Call, reply: Reply, fault: Fault | null, replayOf: string | null) {
    const { entry } = call;
    entry.outcome = { status: reply.status, code: reply.code };
    switch (fault?.kind) {
      case "timeoutAfterSuccess":
        return withhold(entry);
      case "dropAfterSuccess":
        return cut(entry);
      case "malformedBody":
        return send(call, { ...reply, body: reply.body.slice(0, reply.body.length / 2) }, replayOf);
      default:
        return send(call, reply, replayOf);
    }
  }

  function send({ entry, traceId }: Call, reply: Reply, replayOf: string | null): Answer {
    entry.outcome = { status: reply.status, code: reply.code };
    entry.delivery = "sent";
    return {
      status: reply.status,
      headers: {
        "content-type": "application/json",
        "x-tosspayments-trace-id": replayOf === null ? traceId : `${traceId}, ${replayOf}`,
        ...(entry.idempotencyKey === null ? {} : { "idempotency-key": entry.idempotencyKey }),
      },
      body: reply.body,
    };
  }

  function cut(entry: RequestEntry): Answer {
    entry.delivery = "cut";
    return "cut";
  }

  /** Never replies; the connection ends when the caller, or the mock, gives up. */
  async function withhold(entry: RequestEntry): Promise<Answer> {
    entry.delivery = "withheld";
    if (!stopped.aborted) {
      await new Promise((resolve) => stopped.addEventListener("abort", resolve, { once: true }));
    }
    return "cut";
  }
}
