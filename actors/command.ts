import { hash } from "node:crypto";
import type {
  CommandType,
  Instant,
  OrderCommand,
  OrderEventType,
  OrderState,
  RefusalCode,
} from "../machines/mod.ts";
import type { RuntimeRefusalCode } from "./errors.ts";
import { sorted } from "./sorted.ts";

export type Role = "customer" | "operator" | "warehouse" | "service" | "system";

/** Who asked. Stored with what they caused; holds an id, never a name or a phone number. */
export interface Actor {
  readonly role: Role;
  readonly id: string;
}

/** A command on its way: the domain's command with its identity. Plain JSON, at most a few KB. */
export interface Command {
  /** `<orderId>.<digest>`: says by itself which order holds its reply. Derived, never random: see {@link commandId}. */
  readonly id: string;
  readonly orderId: string;
  readonly type: OrderCommand["type"];
  readonly data: OrderCommand["data"];
  readonly actor: Actor;
  /** When it was first handed in. Older than the reply retention, it is refused rather than run. */
  readonly issuedAt: Instant;
  /** Digest of type and data: the same id with another body is a mistake of the caller. */
  readonly hash: string;
  /** W3C trace context, carried along unread. */
  readonly traceparent?: string;
}

/** The answer to a command, given again word for word each time that the command comes back. */
export type Reply = ReplyBody & { readonly commandId: string; readonly orderId: string };

export type ReplyBody = AcceptedBody | RefusedBody;

export interface AcceptedBody {
  readonly ok: true;
  /** The order's visible state after this command. */
  readonly state: OrderState;
  /** What happened, and its place in the order's history. */
  readonly event: OrderEventType;
  readonly seq: number;
}

export interface RefusedBody {
  readonly ok: false;
  readonly code: RefusalCode | RuntimeRefusalCode;
  readonly message: string;
}

/** A reply kept so that the command's next coming is told the same. */
export interface StoredReply {
  readonly id: string;
  readonly hash: string;
  readonly reply: ReplyBody;
}

export const replyOf = ({ id, reply }: StoredReply): Reply => ({
  commandId: id,
  orderId: orderIdOf(id),
  ...reply,
});

/** What a command is told whose id already has a reply: that reply, or that the id was used for another body. */
export const replyTo = (command: Command, stored: StoredReply): Reply =>
  stored.hash === command.hash ? replyOf(stored) : keyReused(command.id);

/** The refusal of a command whose id is in use for another body. */
export const keyReused = (id: string): Reply => ({ commandId: id, orderId: orderIdOf(id), ...keyReusedBody });

const keyReusedBody: RefusedBody = {
  ok: false,
  code: "IDEMPOTENCY_KEY_REUSED",
  message:
    "This Idempotency-Key was used before with another body. Nothing was changed. Use a new key for a new request.",
};

/** 128 bits of SHA-256 in base64url: 22 characters of `A-Za-z0-9_-`. */
export const digest = (text: string): string => hash("sha256", text, "base64url").slice(0, 22);

/** The id of the order that a caller's key creates: a retried `POST /orders` finds its first order. */
export const orderIdFor = (caller: string, idempotencyKey: string): string =>
  `o${digest(`order\n${caller}\n${idempotencyKey}`)}`;

/**
 * The id of a command from what identifies the request: caller, route and Idempotency-Key for people's commands,
 * a webhook's transmission id, a timer's or effect's name and version for the runtime's own.
 */
export const commandId = (orderId: string, ...identity: readonly string[]): string =>
  `${orderId}.${digest(identity.join("\n"))}`;

const half = (text: string): string => digest(text).slice(0, 11);

/**
 * The id of the command that makes an order. Until there is an order, only this id can say whose command it is, so that
 * half of its digest is of order and caller alone: see {@link isPlacementOf}.
 */
export const placementId = (orderId: string, caller: string, idempotencyKey: string): string =>
  `${orderId}.${half(`${orderId}\n${caller}`)}${half(`place\n${caller}\n${idempotencyKey}`)}`;

/** Whether a command is this caller's placing of an order, by its id alone. 66 bits say so. */
export const isPlacementOf = (id: string, caller: string): boolean => {
  const orderId = orderIdOf(id);
  return id.startsWith(half(`${orderId}\n${caller}`), orderId.length + 1);
};

export const orderIdOf = (id: string): string => id.slice(0, id.lastIndexOf("."));

/** Digest of what the command asks for; keys in the order given, which is the schema's for parsed bodies. */
export const commandHash = (type: CommandType, data: unknown): string =>
  digest(`${type}\n${canonical(data)}`);

/** JSON with sorted keys, so that the same body in another key order is the same request. */
const canonical = (value: unknown): string => JSON.stringify(sorted(value));

/** Fills in what is derived. @example newCommand({ id, orderId, type: "payment.request", data, actor, issuedAt }) */
export const newCommand = (command: Omit<Command, "hash">): Command => ({
  ...command,
  hash: commandHash(command.type, command.data),
});

/** How many partitions the commands of all orders are spread over. Fixed: a consumer's position hangs on it. */
export const PARTITIONS = 16;

/** Which partition an order's commands ride on. FNV-1a: cheap, and even over ids that are digests. */
export const partitionOf = (orderId: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < orderId.length; i += 1)
    hash = Math.imul(hash ^ orderId.charCodeAt(i), 0x01000193) >>> 0;
  return hash % PARTITIONS;
};
