import type { RecordLog } from "../../../settlement/ports.ts";

/** Longer than from one kill to the next, so that hardly a batch gets through between them. */
const LATE_MS = 1_500;

/** Planted defect 5: a batch's offset is stored before the batch is in the ledger. */
export const offsetFirst = (log: RecordLog): RecordLog => ({
  ...log,
  consume: (options, handle) =>
    log.consume(options, async (records) => {
      void Bun.sleep(LATE_MS).then(() => handle(records));
    }),
});
