import { RetryableError } from "../errors.ts";
import { type AuditEntry, type AuditRecord, recordAfter } from "./record.ts";
import type { AuditStore } from "./store.ts";

/** Entries in one write. */
const BATCH = 100;
/** How often another process may be first before it is given up for this turn. */
const MAX_RACES = 50;

/**
 * Chains entries and appends them, a batch a write. After a write that lost a race or whose outcome is unknown it reads
 * which of its records are there, so that none is written twice and none left out.
 */
export const createAuditWriter = (store: AuditStore) => {
  let last: AuditRecord | undefined;
  let known = false;
  let written = 0;
  /** The last batch, while it is not known what became of it. */
  let doubtful: readonly AuditRecord[] = [];

  /** How many of the doubtful records are stored. */
  const settle = async (): Promise<number> => {
    const [first] = doubtful;
    if (!first) return 0;
    const found = await store.read({ after: first.n - 1, limit: doubtful.length });
    const differs = doubtful.findIndex(({ hash }, index) => found[index]?.hash !== hash);
    const stored = differs === -1 ? doubtful.length : differs;
    doubtful = [];
    known = false;
    return stored;
  };

  return {
    /**
     * Writes what stands in `queue` and takes it out once it is durable. Rejects with what the store fails with; what
     * is not known to be written stays. One call at a time.
     */
    async write(queue: AuditEntry[]): Promise<void> {
      for (let races = 0; queue.length > 0; ) {
        const before = await settle();
        queue.splice(0, before);
        written += before;
        if (queue.length === 0) break;
        if (!known) {
          last = await store.newest();
          known = true;
        }
        const records: AuditRecord[] = [];
        for (const entry of queue.slice(0, BATCH)) records.push(recordAfter(records.at(-1) ?? last, entry));
        doubtful = records;
        if (await store.append(records)) {
          doubtful = [];
          last = records.at(-1);
          queue.splice(0, records.length);
          written += records.length;
        } else {
          races += 1;
          if (races === MAX_RACES) throw contended();
          await Bun.sleep(Math.random() * Math.min(races * 4, 100));
        }
      }
    },
    /** Records written so far. */
    get written() {
      return written;
    },
  };
};

const contended = (): RetryableError =>
  new RetryableError("STORE_UNAVAILABLE", {
    message:
      "Other processes write to the audit trail without a pause. What there is to write is tried again.",
  });
