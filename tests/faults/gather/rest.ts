import type { CommandView } from "../../../gateway/schemas/command.ts";
import type { OrderView } from "../../../gateway/schemas/order.ts";

const LOOK_EVERY_MS = 150;

const unsettled: ReadonlySet<string> = new Set(["paying", "restocked", "refunding", "refundFailed"]);

const get = async <T>(url: string): Promise<{ status: number; body: T } | undefined> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: (await response.json()) as T };
  } catch {
    return undefined;
  }
};

/**
 * Waits until no order waits for the runtime or for Toss. Resolves to those that still do at `end`, of
 * `performance.now()`.
 */
export const untilAtRest = async (
  url: string,
  orderIds: readonly string[],
  end: number,
): Promise<string[]> => {
  let restless = [...orderIds];
  for (; performance.now() < end; await Bun.sleep(LOOK_EVERY_MS)) {
    const still: string[] = [];
    for (const orderId of restless) {
      const read = await get<OrderView>(`${url}/orders/${orderId}`);
      const { state = "", effects = [] } = read?.status === 200 ? read.body : {};
      const isAtRest =
        read?.status === 404 || (read?.status === 200 && effects.length === 0 && !unsettled.has(state));
      if (!isAtRest) still.push(orderId);
    }
    restless = still;
    if (restless.length === 0) break;
  }
  return restless;
};

/** Waits until each of these commands is done. Resolves to how each stands when all are, or at `end`. */
export const untilDone = async (
  url: string,
  commandIds: readonly string[],
  end: number,
): Promise<Map<string, CommandView["status"] | "unknown">> => {
  const stands = new Map<string, CommandView["status"] | "unknown">(commandIds.map((id) => [id, "unknown"]));
  for (; performance.now() < end; await Bun.sleep(LOOK_EVERY_MS)) {
    const open = [...stands].filter(([, status]) => status !== "done");
    if (open.length === 0) break;
    for (const [id] of open) {
      const read = await get<CommandView>(`${url}/commands/${id}`);
      if (read?.status === 200) stands.set(id, read.body.status);
    }
  }
  return stands;
};

/** Commands that failed by themselves and were put aside: there must be none. Undefined when nobody answers. */
export const deadLetters = async (url: string): Promise<unknown[] | undefined> =>
  (await get<{ deadLetters?: unknown[] }>(`${url}/dead-letters`))?.body.deadLetters;
