import { type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { type CommandType, commandData } from "../../machines/mod.ts";
import type { Command, Reply } from "../command.ts";
import type { HistoryEntry } from "../document.ts";
import { isCommandId, isOrderId } from "./nats-names.ts";

/**
 * JSON in and out of messages. Whatever comes in is checked before it is believed: other programs, older and newer
 * ones of this kind too, can publish on the same server.
 */
export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));

export type ReadCommand =
  | { readonly status: "command"; readonly command: Command }
  /** Its identity can be read, but not what it asks for: a newer program's command, perhaps. */
  | { readonly status: "unknown"; readonly command: Command; readonly reason: string }
  | { readonly status: "unreadable"; readonly reason: string };

export const readCommand = (payload: Uint8Array): ReadCommand => {
  const body = parse(payload);
  if (!envelope.Check(body)) return { status: "unreadable", reason: firstError(envelope, body) };
  // The envelope's types are the command's, but for the tie between type and data that the next check makes.
  const command = body as Command;
  if (
    !isCommandId(command.id) ||
    !isOrderId(command.orderId) ||
    !command.id.startsWith(`${command.orderId}.`)
  ) {
    return { status: "unreadable", reason: "COMMAND_MALFORMED: id and orderId do not belong together" };
  }
  const data = dataCheck(body.type);
  if (!data) {
    const type = body.type.slice(0, 50);
    return { status: "unknown", command, reason: `COMMAND_MALFORMED: no command is called "${type}"` };
  }
  if (data.Check(body.data)) return { status: "command", command };
  return { status: "unknown", command, reason: firstError(data, body.data) };
};

export const readReply = (payload: Uint8Array): Reply | undefined => {
  const body = parse(payload);
  return reply.Check(body) ? (body as Reply) : undefined;
};

export const readEntry = (payload: Uint8Array): HistoryEntry | undefined => {
  const body = parse(payload);
  return entry.Check(body) ? (body as HistoryEntry) : undefined;
};

const actor = Type.Object({
  role: Type.Union(
    (["customer", "operator", "warehouse", "service", "system"] as const).map((role) => Type.Literal(role)),
  ),
  id: Type.String({ maxLength: 200 }),
});

const envelope = TypeCompiler.Compile(
  Type.Object({
    id: Type.String(),
    orderId: Type.String(),
    type: Type.String(),
    data: Type.Object({}),
    actor,
    issuedAt: Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" }),
    hash: Type.String({ minLength: 1, maxLength: 100 }),
    traceparent: Type.Optional(Type.String({ maxLength: 200 })),
  }),
);

const whose = { commandId: Type.String(), orderId: Type.String() };
const reply = TypeCompiler.Compile(
  Type.Union([
    Type.Object({
      ok: Type.Literal(true),
      ...whose,
      state: Type.String(),
      event: Type.String(),
      seq: Type.Integer(),
    }),
    Type.Object({ ok: Type.Literal(false), ...whose, code: Type.String(), message: Type.String() }),
  ]),
);

const entry = TypeCompiler.Compile(
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    commandId: Type.String(),
    actor,
    type: Type.String(),
    at: Type.String(),
    from: Type.Union([Type.String(), Type.Null()]),
    to: Type.String(),
    data: Type.Object({}),
  }),
);

const dataChecks = new Map<CommandType, TypeCheck<TSchema>>();

const dataCheck = (type: string): TypeCheck<TSchema> | undefined => {
  if (!isCommandType(type)) return undefined;
  const known = dataChecks.get(type) ?? TypeCompiler.Compile<TSchema>(commandData[type]);
  dataChecks.set(type, known);
  return known;
};

const isCommandType = (type: string): type is CommandType => Object.hasOwn(commandData, type);

/** Where it is wrong, never what stands there: that may be a customer's name. */
const firstError = (check: TypeCheck<TSchema>, body: unknown): string => {
  const error = check.Errors(body).First();
  return `COMMAND_MALFORMED: ${error ? `${error.path || "/"}: ${error.message}` : "not as expected"}`;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

const parse = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
};
