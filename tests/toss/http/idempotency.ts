import type { Reply } from "../errors/reply.ts";

/** How long a key stays bound, from its first use. */
export const KEY_LIFETIME_MS = 15 * 24 * 60 * 60 * 1000;

/** The longest key the API takes, in characters. */
export const MAX_KEY_LENGTH = 300;

/** What a key makes unique. The body is not part of it: another body under the same key gets the first reply. */
export interface Scope {
  readonly key: string;
  readonly secretKey: string;
  readonly method: string;
  readonly url: string;
}

/** What the store knows of a scope. */
export type Known =
  | { readonly kind: "first" }
  | { readonly kind: "inFlight" }
  | { readonly kind: "bound"; readonly reply: Reply; readonly traceId: string };

/** Which replies belong to which keys. */
export interface IdempotencyStore {
  look(scope: Scope): Known;
  /** The first request of a scope has started; until it ends, others are told that it is in flight. */
  begin(scope: Scope): void;
  /** Ends the first request: every later one gets these bytes. */
  bind(scope: Scope, reply: Reply, traceId: string): void;
  /** Ends the first request and leaves nothing behind, so that the next one runs. */
  release(scope: Scope): void;
}

/** @param clock ms since the epoch */
export function createIdempotencyStore(clock: () => number): IdempotencyStore {
  const entries = new Map<string, { firstUsedAt: number; known: Known }>();
  const nameOf = ({ key, secretKey, method, url }: Scope) => JSON.stringify([key, secretKey, method, url]);

  return {
    look(scope) {
      const name = nameOf(scope);
      const entry = entries.get(name);
      if (entry === undefined) return { kind: "first" };
      if (clock() < entry.firstUsedAt + KEY_LIFETIME_MS) return entry.known;
      entries.delete(name);
      return { kind: "first" };
    },
    begin(scope) {
      entries.set(nameOf(scope), { firstUsedAt: clock(), known: { kind: "inFlight" } });
    },
    bind(scope, reply, traceId) {
      const entry = entries.get(nameOf(scope));
      if (entry !== undefined) entry.known = { kind: "bound", reply, traceId };
    },
    release(scope) {
      entries.delete(nameOf(scope));
    },
  };
}
