import { hash } from "node:crypto";
import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { canonical } from "./canonical.ts";

const Text = Type.String();
/** When it was written down or happened, and the run of a process that wrote it: a process has a new one each start. */
const common = { at: Text, by: Text };
const ActorShape = Type.Union([Type.Object({ role: Text, id: Text }), Type.Null()]);

/** What a record says. */
export const AuditEntry = Type.Union([
  Type.Object({ ...common, kind: Type.Literal("start") }),
  /** A process ended as it should: all its orders are sealed. */
  Type.Object({ ...common, kind: Type.Literal("stop") }),
  Type.Object({
    ...common,
    kind: Type.Literal("fact"),
    actor: ActorShape,
    action: Text,
    target: Type.Union([Text, Type.Null()]),
    outcome: Type.Union([Type.Literal("done"), Type.Literal("denied")]),
    code: Type.Optional(Text),
    /** So many more like it came by `until`; their targets are not told. */
    count: Type.Optional(Type.Integer({ minimum: 1 })),
    until: Type.Optional(Text),
  }),
  /** So many facts had no room while the trail could not be written. */
  Type.Object({ ...common, kind: Type.Literal("lost"), facts: Type.Integer({ minimum: 1 }) }),
  /** Where the chains of these orders stood: order id, seq and link of the newest entry. */
  Type.Object({
    ...common,
    kind: Type.Literal("seal"),
    heads: Type.Array(Type.Tuple([Text, Type.Integer({ minimum: 1 }), Text])),
  }),
]);

export type AuditEntry = Static<typeof AuditEntry>;
/** One order's place in its chain. */
export type Head = Extract<AuditEntry, { kind: "seal" }>["heads"][number];

/** One record of the trail. */
export interface AuditRecord {
  /** 1, 2, 3… without gaps. */
  readonly n: number;
  /** Of the record before; "" for the first. */
  readonly prev: string;
  /** SHA-256 over n, prev and text, base64url. All 256 bits: whoever writes facts could search for a pair of 128. */
  readonly hash: string;
  /** An {@link AuditEntry} as JSON. Hashed and stored as text, so that no store can give it back otherwise. */
  readonly text: string;
}

export const recordHash = ({ n, prev, text }: Pick<AuditRecord, "n" | "prev" | "text">): string =>
  hash("sha256", `${n}\n${prev}\n${text}`, "base64url");

/** The record that follows `before`. */
export const recordAfter = (before: AuditRecord | undefined, entry: AuditEntry): AuditRecord => {
  const place = { n: (before?.n ?? 0) + 1, prev: before?.hash ?? "", text: canonical(entry) };
  return { ...place, hash: recordHash(place) };
};

const entries = TypeCompiler.Compile(AuditEntry);

/** What a record says; undefined when it is nothing that this release knows. */
export const entryOf = ({ text }: AuditRecord): AuditEntry | undefined => {
  try {
    const entry: unknown = JSON.parse(text);
    return entries.Check(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
};
