import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { ExponentialBackoff, handleType, retry } from "cockatiel";
import { connectionFault } from "../../actors/connection/fault.ts";
import { RetryableSettlementError, TerminalSettlementError } from "../errors.ts";

export interface RegistryCallOptions {
  readonly url: string;
  readonly ca?: string;
  readonly login?: { readonly user: string; readonly password: string };
  readonly attempts?: number;
  readonly timeoutMs?: number;
}

export interface RegistryAnswer {
  readonly status: number;
  /** The registry's own, such as 40403; undefined for an answer that is not of its API. */
  readonly code: number | undefined;
  readonly message: string;
  /** The body of an answer that is good. @throws CONFIG_INVALID for any other, or a body of another shape */
  read<T extends TSchema>(schema: T): Static<T>;
}

export type RegistryCall = (
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: object,
) => Promise<RegistryAnswer>;

const MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
const Problem = Type.Object({ error_code: Type.Integer(), message: Type.Optional(Type.String()) });

/** What a second try may mend. */
const isPassing = (status: number) => status >= 500 || status === 429 || status === 408;

/** @throws TerminalSettlementError CONFIG_INVALID for an address that is none */
export const createRegistryCall = (options: RegistryCallOptions): RegistryCall => {
  const { attempts = 5, timeoutMs = 5_000 } = options;
  const { base, headers } = addressOf(options);
  const policy = retry(handleType(RetryableSettlementError), {
    // Those after the first.
    maxAttempts: attempts - 1,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 2_000 }),
  });

  const once: RegistryCall = async (method, path, body) => {
    let status: number;
    let text: string;
    try {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "error",
        ...(options.ca !== undefined && { tls: { ca: options.ca } }),
      });
      status = answer.status;
      text = await answer.text();
    } catch (error) {
      const fault = connectionFault(error);
      if (fault) {
        const message = `The schema registry at ${base}: ${fault.message}`;
        throw new TerminalSettlementError(fault.code, { message, cause: error });
      }
      throw away(base, error instanceof Error ? error.message : String(error), error);
    }
    if (isPassing(status)) throw away(base, `it answers ${status}`);
    return answerOf(base, status, text);
  };
  return (method, path, body) => policy.execute(() => once(method, path, body));
};

const answerOf = (base: string, status: number, text: string): RegistryAnswer => {
  const json = parsed(text);
  const problem = Value.Check(Problem, json) ? json : undefined;
  const message = problem?.message ?? `it answers ${status}`;
  return {
    status,
    code: problem?.error_code,
    message,
    read(schema) {
      if (status < 300 && Value.Check(schema, json)) return Value.Decode(schema, json);
      if (status === 401 || status === 403) throw refused(base, status);
      const what = status < 300 ? "does not answer as Confluent's API does" : `answers ${status}: ${message}`;
      throw new TerminalSettlementError("CONFIG_INVALID", {
        message:
          `The schema registry at ${base} ${what}. Nothing was registered or produced. See that SCHEMA_REGISTRY_URL ` +
          "is the address of its API.",
      });
    },
  };
};

const refused = (base: string, status: number) =>
  new TerminalSettlementError("CREDENTIALS_REFUSED", {
    message:
      `The schema registry at ${base} refuses us with ${status}. Nothing was registered or produced. Give ` +
      "SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD of a user who may register schemas.",
  });

const away = (base: string, reason: string, cause?: unknown) =>
  new RetryableSettlementError("REGISTRY_UNAVAILABLE", {
    message: `The schema registry at ${base} can't be reached: ${reason}. Nothing was lost; try again when it is up.`,
    cause,
  });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The address without its password, which then stands in no message. */
const addressOf = ({
  url,
  login,
}: RegistryCallOptions): { base: string; headers: Record<string, string> } => {
  const address = URL.parse(url);
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw new TerminalSettlementError("CONFIG_INVALID", {
      message:
        "SCHEMA_REGISTRY_URL is no http address. Nothing was produced. Write it as https://user:secret@host/path.",
    });
  }
  const user = login?.user ?? decodeURIComponent(address.username);
  const password = login?.password ?? decodeURIComponent(address.password);
  address.username = "";
  address.password = "";
  return {
    base: address.href.replace(/\/+$/, ""),
    headers: {
      accept: MEDIA_TYPE,
      "content-type": MEDIA_TYPE,
      ...(user && { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` }),
    },
  };
};
