import { toOpenAPISchema } from "@elysiajs/openapi/openapi";
import type { TSchema } from "@sinclair/typebox";
import type { AnyElysia, DocumentDecoration } from "elysia";
import { describeAccess, type Secured, securitySchemes } from "./auth/describe.ts";
import { type ProblemCode, problems } from "./errors.ts";
import { addLinks } from "./openapi-links.ts";
import { type SchemaName, schemas } from "./schemas/mod.ts";

interface Described {
  readonly tag:
    | "Orders"
    | "Payment"
    | "Cancellations"
    | "Following"
    | "Fleet"
    | "Settlement"
    | "Commands"
    | "Webhooks"
    | "Operations";
  readonly summary: string;
  readonly description?: string;
  /** Successes by status: the schema of the body, another media type, or what each event of a stream carries. */
  readonly replies: Readonly<
    Record<number, SchemaName | { readonly mediaType: string } | { readonly eventsOf: SchemaName }>
  >;
  /** What can go wrong here besides what can go wrong anywhere. */
  readonly problems?: readonly ProblemCode[];
}

const reference = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` });
const anywhere: readonly ProblemCode[] = [
  "INTERNAL",
  "STORE_UNAVAILABLE",
  "BUS_UNAVAILABLE",
  "OVERLOADED",
  "RATE_LIMITED",
  "SNAPSHOT_UNREADABLE",
];

/** What can go wrong with any request that carries a body. */
export const bodyProblems: readonly ProblemCode[] = [
  "VALIDATION_FAILED",
  "MALFORMED_JSON",
  "UNSUPPORTED_MEDIA_TYPE",
  "PAYLOAD_TOO_LARGE",
  "REQUEST_TIMEOUT",
];

/** What can go wrong with any request that carries a body and an Idempotency-Key. */
export const commandProblems: readonly ProblemCode[] = [
  ...bodyProblems,
  "IDEMPOTENCY_KEY_MISSING",
  "COMMAND_TOO_LARGE",
  "IDEMPOTENCY_KEY_REUSED",
  "COMMAND_EXPIRED",
  "COMMAND_FAILED",
];

/** A route's part of the OpenAPI document. Replies are described here, not validated on their way out. */
export const describe = ({ tag, replies, problems: codes = [], ...rest }: Described): DocumentDecoration => {
  const responses: NonNullable<DocumentDecoration["responses"]> = {};
  for (const [status, body] of Object.entries(replies)) {
    responses[status] = { description: rest.summary, content: contentOf(body) };
  }
  for (const [status, of] of byStatus([...codes, ...anywhere])) {
    responses[status] = {
      description: of.join(", "),
      content: { "application/problem+json": { schema: reference("Problem") } },
    };
  }
  return { tags: [tag], responses, ...rest };
};

const contentOf = (body: Described["replies"][number]): Record<string, { schema: object }> => {
  if (typeof body === "string") return { "application/json": { schema: reference(body) } };
  if ("mediaType" in body) return { [body.mediaType]: { schema: { type: "string" } } };
  const data = {
    type: "string",
    contentMediaType: "application/json",
    contentSchema: reference(body.eventsOf),
  };
  const event = { type: "object", required: ["data"], properties: { data } };
  return { "text/event-stream": { schema: event } };
};

const byStatus = (codes: readonly ProblemCode[]): Map<string, ProblemCode[]> => {
  const grouped = new Map<string, ProblemCode[]>();
  for (const code of codes) {
    const status = String(problems[code].status);
    grouped.set(status, [...(grouped.get(status) ?? []), code]);
  }
  return grouped;
};

/** The OpenAPI 3.1 document of all routes of `app`. */
export const openApiDocument = (app: AnyElysia) => {
  const { paths } = toOpenAPISchema(app);
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>)) {
      bodyIsOptionalIfItMayBeEmpty(operation);
      addLinks(path, operation.responses);
      describeAccess(operation, method, path);
    }
  }
  return {
    openapi: "3.1.2",
    info: {
      title: "Jumun",
      version: "0.1.0",
      description:
        "Orders, card payments, refunds and their settlement. Every POST that makes a command takes an `Idempotency-Key`; every error " +
        "is problem+json with a closed `code`.",
    },
    paths,
    components: { schemas, securitySchemes },
  };
};

interface Operation extends Secured {
  requestBody?: { required: boolean; content: Record<string, { schema: TSchema }> };
}

const bodyIsOptionalIfItMayBeEmpty = ({ requestBody }: Operation): void => {
  const schema = requestBody?.content["application/json"]?.schema;
  if (requestBody && schema?.type === "object" && !schema.required?.length) requestBody.required = false;
};
