import { ConnectionError, RetryableError, TerminalError } from "../actors/errors.ts";
import { isSettlementError } from "../settlement/errors.ts";
import type { Config } from "./config.ts";
import { redact } from "./redact.ts";
import { ConfigError } from "./settings.ts";

/** EX_CONFIG of sysexits.h: starting again changes nothing until somebody mends the configuration. */
const EX_CONFIG = 78;

/** Something around the process is in the way of starting it. The message says what, and what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
  /** 1, or EX_CONFIG where only another setting helps. */
  readonly exitCode: number;
  constructor(message: string, { cause, exitCode = 1 }: { cause?: unknown; exitCode?: number } = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

/** Why the process did not start, for whoever reads its terminal or its log, and the exit code to end with. */
export const explain = (error: unknown): { message: string; exitCode: number } => {
  const { message, exitCode } = explained(originalOf(error));
  return { message: redact(message), exitCode };
};

const explained = (error: unknown): { message: string; exitCode: number } => {
  if (error instanceof ConfigError) return { message: error.message, exitCode: EX_CONFIG };
  if (error instanceof ConnectionError) {
    return { message: `Jumun did not start. ${error.code}: ${error.message}`, exitCode: EX_CONFIG };
  }
  if (error instanceof RetryableError || error instanceof TerminalError || isSettlementError(error)) {
    return { message: `Jumun did not start. ${error.code}: ${error.message}${because(error)}`, exitCode: 1 };
  }
  if (error instanceof StartError) {
    return { message: `Jumun did not start. ${error.message}`, exitCode: error.exitCode };
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `Jumun did not start because of a defect; please report it.\n${trace}`, exitCode: 1 };
};

/** What went wrong first, where letting go of what was open then failed too: a store that is away does both. */
export const originalOf = (error: unknown): unknown =>
  error instanceof SuppressedError ? originalOf(error.suppressed) : error;

/** Without the text of the cause where the message has it already. */
const because = ({ message, cause }: Error): string =>
  cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : "";

export const cannotListen = (error: unknown, { HOST, PORT }: Config): unknown => {
  const messages: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${PORT} on ${HOST} is in use. Stop what listens there, or set PORT to another (0: any free one).`,
    EADDRNOTAVAIL: `${HOST} is not an address of this machine. Set HOST to one that is.`,
    EACCES: `This user may not listen on port ${PORT}. Set PORT to 1024 or higher.`,
  };
  const message = messages[codeOf(error)];
  return message ? new StartError(message, { cause: error }) : error;
};

export const cannotUseFolder = (error: unknown, { DATA_DIR }: { DATA_DIR: string }): StartError =>
  new StartError(
    `The data folder ${DATA_DIR} can't be used (${codeOf(error)}). Set DATA_DIR to a folder that this user may write to.`,
    { cause: error, exitCode: EX_CONFIG },
  );

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown cause";
