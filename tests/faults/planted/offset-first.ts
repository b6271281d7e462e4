import type { RecordLog } from "../../../settlement/ports.ts";

/** Long enough for the offset to be stored and for a kill to fall in between. */
const LATE_MS = 400;

/** Planted defect 5: a batch's offset is stored before the batch is in the ledger. */
export const offsetFirst = (log: RecordLog): RecordLog => ({
  ...log,
  consume: (options, handle) =>
    log.consume(options, async (records) => {
      void Bun.sleep(LATE_MS).then(() => handle(records));
    }),
});
