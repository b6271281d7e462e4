import type { HistoryEntry } from "../actors/document.ts";
import { restoreSnapshot } from "../machines/mod.ts";
import type { AcceptedReply } from "./answers.ts";
import type { PaymentOutcome } from "./schemas/command.ts";
import type { Services } from "./services.ts";
import { untilEntry } from "./until-entry.ts";

/** How the attempt that a `payment.request` began has ended, by the order's history, which never changes. */
export interface PaymentEnd extends PaymentOutcome {
  /** The event that ended it; undefined while Toss' answer is unknown. */
  readonly entry?: HistoryEntry;
}

const endings: Readonly<Record<string, PaymentOutcome["status"]>> = {
  "payment.captured": "captured",
  "payment.declined": "declined",
  "payment.strayed": "strayed",
  "payment.mismatched": "strayed",
};

/**
 * How the payment requested by `reply` ended, waiting up to `waitMs` for it to end. The first ending counts: what
 * Toss may say of it later is told by the order, not by a repeated request.
 */
export const paymentEnd = async (
  services: Services,
  reply: AcceptedReply,
  waitMs: number,
): Promise<PaymentEnd> => {
  const reader = createReader();
  let page: HistoryEntry[];
  do {
    page = await services.client.history(reply.orderId, { after: reader.last(reply.seq - 1), limit: 100 });
    for (const entry of page) if (reader.read(entry)) return reader.end();
  } while (page.length === 100);
  const after = reader.last(reply.seq - 1);
  if (waitMs > 0) await untilEntry(services, reply.orderId, { after, waitMs }, reader.read);
  return reader.end();
};

/** Reads entries in order from the request on, until the one that ends its attempt. */
const createReader = () => {
  let request: HistoryEntry | undefined;
  let ending: HistoryEntry | undefined;
  let lastSeq: number | undefined;
  return {
    last: (before: number): number => lastSeq ?? before,
    /** True once `entry` ends the attempt. */
    read(entry: HistoryEntry): boolean {
      lastSeq = entry.seq;
      if (!request) request = entry;
      else if (endings[entry.type] && entry.data.attempt === request.data.attempt) ending = entry;
      return ending !== undefined;
    },
    end(): PaymentEnd {
      const outcome = {
        attempt: Number(request?.data.attempt ?? 1),
        amount: Number(request?.data.amount ?? 0),
      };
      if (!ending) return { ...outcome, status: "unknown" };
      const { approvedAt, code } = ending.data;
      return {
        ...outcome,
        status: endings[ending.type] ?? "unknown",
        ...(typeof approvedAt === "string" && { approvedAt }),
        ...(typeof code === "string" && { tossCode: code }),
        entry: ending,
      };
    },
  };
};

/** Why an attempt failed: of a declined one in Toss' own words, in Korean. */
export const failureMessage = async (
  { client }: Services,
  orderId: string,
  attempt: number,
): Promise<string | undefined> => {
  const snapshot = (await client.get(orderId))?.snapshot;
  if (!snapshot) return undefined;
  const { payments } = restoreSnapshot(client.domain, snapshot).context;
  return payments.find((payment) => payment.attempt === attempt)?.failure?.message;
};
