import type { AuditRecord } from "./record.ts";

/**
 * Where the trail lives: records are added and read, and there is nothing else to do to one. Every method fails with
 * RetryableError STORE_UNAVAILABLE when the store is away.
 */
export interface AuditStore {
  /**
   * Adds records with consecutive numbers, durable when it resolves to true. False when one of the numbers is taken:
   * another process was first, and only those before that number may be stored. After a failure any first part of them
   * may be stored; reading tells.
   */
  append(records: readonly AuditRecord[]): Promise<boolean>;
  /** Records with `n > after`, in order. */
  read(range: { after: number; limit: number }): Promise<AuditRecord[]>;
  /** The one with the highest number. */
  newest(): Promise<AuditRecord | undefined>;
  close(): Promise<void>;
}
