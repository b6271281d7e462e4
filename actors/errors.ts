/** Refusals that the runtime adds to the domain's. Terminal, stored and repeated like those. */
export type RuntimeRefusalCode = (typeof runtimeRefusalCodes)[number];

export const runtimeRefusalCodes = [
  /** The same command id came before with another body. */
  "IDEMPOTENCY_KEY_REUSED",
  /** Handed in longer ago than replies are kept, so whether it already ran can't be told. */
  "COMMAND_EXPIRED",
  /** The effect to be retried is not there, or goes on by itself. */
  "EFFECT_NOT_WAITING",
] as const;

/** What went wrong around the orders. The class says what to do: try again, or don't. */
export type ActorErrorCode = RetryableCode | TerminalCode;
export type RetryableCode = "STORE_UNAVAILABLE" | "BUS_UNAVAILABLE" | "OVERLOADED" | "SHUTTING_DOWN";
export type TerminalCode =
  | "COMMAND_TOO_LARGE"
  | "COMMAND_MALFORMED"
  | "DEAD_LETTER_NOT_FOUND"
  | "STORE_NOT_DURABLE"
  /** A file of the shop is damaged: nothing is read from it or written to it until somebody has restored it. */
  | "STORE_CORRUPT";

export type ConnectionFaultCode =
  /** TLS can't be had as it was asked for: an untrusted, expired or foreign certificate, or a server without TLS. */
  | "CONNECTION_INSECURE"
  /** A wrong user or password, a client certificate that is refused, or a right that this user has not. */
  | "CREDENTIALS_REFUSED";

interface Details {
  readonly message: string;
  readonly cause?: unknown;
}

/** The same call can succeed later; whether it took effect is for the command's id to tell. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  readonly retryable = true;
  constructor(
    readonly code: RetryableCode,
    { message, cause }: Details,
  ) {
    super(message, { cause });
  }
}

/** The same call can never succeed. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  readonly retryable = false;
  constructor(
    readonly code: TerminalCode,
    { message, cause }: Details,
  ) {
    super(message, { cause });
  }
}

/** Whether the store is to blame and not the command that met it: then the command waits. */
export const isStoreError = (error: unknown): boolean => error instanceof RetryableError || isDamage(error);

/** A file of the shop is damaged. */
export const isDamage = (error: unknown): boolean =>
  error instanceof TerminalError && error.code === "STORE_CORRUPT";

/** A server is there, and we and it don't come together. Told at the start only, and only somebody's act mends it. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly retryable = false;
  constructor(
    readonly code: ConnectionFaultCode,
    { message, cause }: Details,
  ) {
    super(message, { cause });
  }
}

export type ActorError = RetryableError | TerminalError;
