import { orderOf } from "../../crash/lives.ts";
import type { Shop } from "../../crash/shop.ts";

export interface Refusal {
  readonly status: number;
  readonly code: unknown;
  readonly detail: string;
  readonly retryAfter: string | null;
}

const refusalOf = async (response: Response): Promise<Refusal> => {
  const body = (await response.json()) as { code?: unknown; detail?: unknown };
  return {
    status: response.status,
    code: body.code,
    detail: String(body.detail),
    retryAfter: response.headers.get("retry-after"),
  };
};

const urlOf = (shop: Shop): string => {
  const newest = shop.processes.at(-1);
  if (!newest) throw new Error("No process was started.");
  return newest.url;
};

export const readiness = async (shop: Shop): Promise<Refusal> =>
  refusalOf(await fetch(`${urlOf(shop)}/readyz`));

/** Places an order under a new key, once. */
export const askForOrder = async (shop: Shop): Promise<Refusal> =>
  refusalOf(
    await fetch(`${urlOf(shop)}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify(orderOf(2)),
    }),
  );

/** Asks until it answers so. @throws Error with the last answer when that takes too long */
export const untilReadiness = async (shop: Shop, status: 200 | 503): Promise<Refusal> => {
  let last: Refusal | undefined;
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; await Bun.sleep(20)) {
    last = await readiness(shop).catch(() => last); // nobody listens while it starts
    if (last?.status === status) return last;
  }
  throw new Error(`/readyz never answered ${status}; at last ${JSON.stringify(last)}`);
};
