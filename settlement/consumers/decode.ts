import { isSettlementError } from "../errors.ts";
import type { LogRecord, RowCodec, StoredRecord } from "../ports.ts";
import type { SettlementRow } from "../row.ts";

export interface Decoded {
  readonly rows: readonly SettlementRow[];
  readonly dead: readonly LogRecord[];
}

/**
 * A batch as rows, and what can't be read as dead letters. Throws REGISTRY_UNAVAILABLE, when nothing can be said of
 * the records yet.
 */
export const decodeBatch = async (
  records: readonly StoredRecord[],
  codec: RowCodec,
  source: { readonly topic: string; readonly group: string },
): Promise<Decoded> => {
  const rows: SettlementRow[] = [];
  const dead: LogRecord[] = [];
  for (const record of records) {
    try {
      const row = codec.decode(record.value);
      // Most are there at once, and a turn of the event loop for each would cost more than reading them.
      rows.push(row instanceof Promise ? await row : row);
    } catch (error) {
      if (isSettlementError(error) && error.retryable) throw error;
      dead.push(deadLetterOf(record, error, source));
    }
  }
  return { rows, dead };
};

/**
 * The record as it came. Its headers say why it can't be read (`code`, `reason`), who could not (`source`, the group)
 * and where it stands (`topic`, `partition`, `offset`): the same letter that came twice is known by these.
 */
const deadLetterOf = (
  { key, value, headers, partition, offset }: StoredRecord,
  error: unknown,
  { topic, group }: { readonly topic: string; readonly group: string },
): LogRecord => ({
  key,
  value,
  headers: {
    ...headers,
    code: isSettlementError(error) ? error.code : "DEFECT",
    reason: error instanceof Error ? error.message : String(error),
    source: group,
    topic,
    partition: String(partition),
    offset,
  },
});
