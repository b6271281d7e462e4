import type { AuditedOrders, StoredOrder } from "../orders.ts";
import type { AuditStore } from "../store.ts";
import { type Finding, findingOf } from "./finding.ts";
import { type HeadTable, openHeadTable } from "./heads.ts";
import { checkOrder, type OrderCheck } from "./order.ts";
import { createTrailCheck, type TrailHead } from "./trail.ts";

export interface VerifyParts {
  readonly orders: AuditedOrders;
  readonly trail: Pick<AuditStore, "read" | "newest">;
  /** Heads that were kept elsewhere. */
  readonly kept?: readonly TrailHead[];
  onProgress?(step: "trail" | "orders", done: number, total: number): void;
}

export interface VerifyReport {
  /** The first thousand. */
  readonly findings: readonly Finding[];
  readonly found: number;
  readonly orders: number;
  readonly entries: { readonly chained: number; readonly unchained: number };
  /** Orders whose newest entry no seal has yet: at most those of the last seconds, or what a crash left. */
  readonly unsealed: { readonly orders: number; readonly oldest: string | null };
  readonly trail: {
    readonly records: number;
    readonly facts: number;
    readonly seals: number;
    readonly lostFacts: number;
    /** Keep this elsewhere. */
    readonly newest: TrailHead | null;
  };
}

const PAGE = 200;
const MAX_FINDINGS = 1_000;
const READINGS = 4;
/** Orders whose archives are read at once. */
const AT_ONCE = 20;

/**
 * Walks the trail and then every order, and holds one against the other. Reads only, and a shop may run beside it: the
 * trail is read first, so what it has sealed is in the orders by the time they are read; an order that changes
 * between the readings of its parts is read again.
 *
 * What it can show: that an order (its snapshot, its history, its archived entries, the accepted replies in its
 * document) or a record was changed by a hand that did not make all later links anew; and, for a hand that did, that
 * the orders are not those that were sealed, or the trail not the one of a head kept elsewhere. What it can't: what
 * somebody did who can write to both stores and knows that no head was kept; what changed since the last seal, done
 * with all links; refused replies, effects and other fields that no event tells; that a fact which was told to the
 * trail was true.
 */
export const verify = async (parts: VerifyParts): Promise<VerifyReport> => {
  const heads = openHeadTable();
  try {
    return await verifyWith(parts, heads);
  } finally {
    heads.close();
  }
};

const verifyWith = async (
  { orders, trail, kept = [], onProgress }: VerifyParts,
  heads: HeadTable,
): Promise<VerifyReport> => {
  const findings: Finding[] = [];
  let found = 0;
  const note = (some: readonly Finding[]) => {
    found += some.length;
    findings.push(...some.slice(0, MAX_FINDINGS - findings.length));
  };

  const check = createTrailCheck(kept, heads.add);
  const total = (await trail.newest())?.n ?? 0;
  let records = 0;
  for (;;) {
    const page = await trail.read({ after: check.newest?.n ?? 0, limit: PAGE });
    note(check.take(page));
    records += page.length;
    onProgress?.("trail", records, total);
    if (page.length < PAGE || records >= total) break;
    await breathe();
  }
  note(check.end());

  const sums = { orders: 0, chained: 0, unchained: 0, unsealed: 0, oldest: null as string | null };
  const take = ({ chained, unchained, unsealedSince, findings: its }: OrderCheck) => {
    note(its);
    sums.orders += 1;
    sums.chained += chained;
    sums.unchained += unchained;
    if (unsealedSince === undefined) return;
    sums.unsealed += 1;
    if (sums.oldest === null || unsealedSince < sums.oldest) sums.oldest = unsealedSince;
  };

  const count = await orders.count();
  let after: string | undefined = "";
  while (after !== undefined) {
    const page = await orders.walk({ after, limit: PAGE });
    for (let first = 0; first < page.orders.length; first += AT_ONCE) {
      const some = page.orders.slice(first, first + AT_ONCE);
      for (const one of await Promise.all(some.map((order) => checkStored(orders, order, heads)))) take(one);
    }
    onProgress?.("orders", sums.orders, count);
    after = page.next;
    await breathe();
  }
  for (let last = ""; ; ) {
    const ids = heads.unasked(last, PAGE);
    for (const orderId of ids) {
      const order = await orders.load(orderId);
      if (order) take(await checkStored(orders, order, heads));
      else note(missing(orderId, heads));
    }
    if (ids.length < PAGE) break;
    last = ids.at(-1) ?? "";
  }

  return {
    findings,
    found,
    orders: sums.orders,
    entries: { chained: sums.chained, unchained: sums.unchained },
    unsealed: { orders: sums.unsealed, oldest: sums.oldest },
    trail: { records, ...check.counts, newest: check.newest ?? null },
  };
};

/** Read again while it changes: its archive and its document are two readings. */
const checkStored = async (
  orders: AuditedOrders,
  first: StoredOrder,
  heads: HeadTable,
): Promise<OrderCheck> => {
  const sealed = heads.of(first.orderId);
  let order = first;
  for (let reading = 1; ; reading += 1) {
    const archived = await orders.archived(order.orderId);
    const check = checkOrder(order, archived, sealed);
    if (check.findings.length === 0 || reading === READINGS) return check;
    const again = await orders.load(order.orderId);
    if (!again || versionOf(again) === versionOf(order)) return check;
    order = again;
  }
};

const versionOf = ({ document }: StoredOrder): unknown => (document as { version?: unknown } | null)?.version;

const missing = (orderId: string, heads: HeadTable): Finding[] => {
  const newest = heads.of(orderId).at(-1);
  return newest
    ? [
        findingOf("ORDER_MISSING", {
          orderId,
          seq: newest.seq,
          n: newest.n,
          expected: newest.chain,
          found: "no order",
        }),
      ]
    : [];
};

/** Lets whatever else this process does have its turn: reads of SQLite do not. */
const breathe = () => Bun.sleep(0);
