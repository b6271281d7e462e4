import type { Log } from "../../actors/ports.ts";

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: object;
}

/** A log that keeps its lines, so that a test can see what an operator would. */
export interface LogBook extends Log {
  readonly lines: readonly LogLine[];
  /** Whether a line of `level` has `text` in its message. */
  says(level: LogLine["level"], text: string): boolean;
}

export const createLogBook = (): LogBook => {
  const lines: LogLine[] = [];
  const at = (level: LogLine["level"]) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  return {
    lines,
    debug() {},
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    says: (level, text) => lines.some((line) => line.level === level && line.message.includes(text)),
  };
};
