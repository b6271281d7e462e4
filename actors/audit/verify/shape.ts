import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";

const Text = Type.String();
const Nullable = Type.Union([Type.String(), Type.Null()]);

/** A history entry as far as it must be readable to be checked; what else it holds is in its link too. */
export const Entry = Type.Object({
  seq: Type.Integer({ minimum: 1 }),
  commandId: Text,
  actor: Type.Object({ role: Text, id: Text }),
  type: Text,
  at: Text,
  from: Nullable,
  to: Text,
  data: Type.Object({}),
  order: Type.Optional(Text),
  chain: Type.Optional(Text),
});

const Document = Type.Object({
  orderId: Text,
  version: Type.Integer({ minimum: 1 }),
  partition: Type.Integer({ minimum: 0 }),
  state: Nullable,
  customerId: Nullable,
  placedAt: Nullable,
  updatedAt: Text,
  snapshot: Type.Union([Type.Object({}), Type.Null()]),
  history: Type.Array(Entry),
  seq: Type.Integer({ minimum: 0 }),
  replies: Type.Array(Type.Object({ id: Text, reply: Type.Object({ ok: Type.Boolean() }) })),
  moneyDates: Type.Optional(Type.Array(Text)),
});

export type AuditedEntry = Static<typeof Entry>;
export type AuditedDocument = Static<typeof Document>;

export const entryShape = TypeCompiler.Compile(Entry);
export const documentShape = TypeCompiler.Compile(Document);
