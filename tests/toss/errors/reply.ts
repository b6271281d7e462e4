import { english } from "./english.ts";
import { korean } from "./korean.ts";
import { statusByCode, type TossErrorCode } from "./status.ts";

/** An answer before it is sent: the HTTP status and the exact bytes of the body. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** The error code, or null for a success. */
  readonly code: TossErrorCode | null;
}

/** The language of error messages. */
export type Language = "ko" | "en";

/** Korean, unless `Accept-Language` prefers English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return /^\s*en\b/i.test(acceptLanguage ?? "") ? "en" : "ko";
}

/** The message of `code`. */
export function messageOf(code: TossErrorCode, language: Language): string {
  return (language === "en" ? english : korean)[code];
}

/** The error answer of the v1 API: `{ code, message }` under the code's own status. */
export function errorReply(code: TossErrorCode, language: Language): Reply {
  const body = JSON.stringify({ code, message: messageOf(code, language) });
  return { status: statusByCode[code], body, code };
}

/** A 200 with `value` as JSON. */
export function okReply(value: unknown): Reply {
  return { status: 200, body: JSON.stringify(value), code: null };
}
