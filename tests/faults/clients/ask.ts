import { commandIdOf, orderIdOfKey, PLACING } from "./identity.ts";
import type { Answer } from "./op.ts";
import type { OpRecord } from "./record.ts";

/** A command as its sender remembers it: asked again, it is the same one. */
export interface Request {
  readonly orderId: string;
  /** `POST /orders/:id/payment` and the like. */
  readonly route: string;
  readonly path: string;
  readonly key: string;
  readonly body: object;
}

export interface Asker {
  /** One request, recorded. Null when no answer came, whatever became of it. */
  command(client: number, request: Request): Promise<Answer | null>;
  read(client: number, kind: "order" | "history", orderId: string): Promise<Answer | null>;
}

/** Longer than anything the gateway waits for by itself; a paused one is given up. */
const ANSWER_MS = 8_000;

export const createAsker = (url: string, record: OpRecord): Asker => {
  const send = async (path: string, init: RequestInit): Promise<Answer | null> => {
    try {
      const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
      return { status: response.status, body: (await response.json()) as Answer["body"] };
    } catch {
      return null;
    }
  };
  return {
    async command(client, { orderId, route, path, key, body }) {
      const commandId = commandIdOf(orderId, route, key);
      const end = record.begin({ kind: "command", client, orderId, path, commandId, key, body });
      const headers = { "content-type": "application/json", "idempotency-key": key };
      const answer = await send(path, { method: "POST", headers, body: JSON.stringify(body) });
      end(answer);
      return answer;
    },
    async read(client, kind, orderId) {
      const path = kind === "order" ? `/orders/${orderId}` : `/orders/${orderId}/history?limit=500`;
      const end = record.begin({ kind, client, orderId, path });
      const answer = await send(path, {});
      end(answer);
      return answer;
    },
  };
};

/** A request about an order that is there. @example requestOf(id, "/cancellations/:cid/restock", key, { cid: "1" }) */
export const requestOf = (
  orderId: string,
  route: string,
  key: string,
  { cid = "", body = {} }: { cid?: string; body?: object } = {},
): Request => ({
  orderId,
  route: `POST /orders/:id${route}`,
  path: `/orders/${orderId}${route.replace(":cid", cid)}`,
  key,
  body,
});

/** The placing of a new order. */
export const placing = (key: string, body: object): Request => ({
  orderId: orderIdOfKey(key),
  route: PLACING,
  path: "/orders",
  key,
  body,
});
