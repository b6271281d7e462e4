import { createRowCodec } from "../../settlement/avro/codec.ts";
import { ROWS_TOPIC } from "../../settlement/poller/mod.ts";
import type { LogRecord } from "../../settlement/ports.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { readRow } from "../../settlement/toss/read-row.ts";
import { planOf } from "../../tests/toss/settlements/formula.ts";
import { settlementText } from "../../tests/toss/settlements/formula-text.ts";

/** So many different rows there are, apart from their keys. */
const MODELS = 2_000;
const DAY = { soldDate: "2026-11-17", paidOutDate: "2026-11-20" } as const;

const plan = planOf({
  ...{ mId: "capacity", rows: MODELS, seed: 1 },
  soldDates: [DAY.soldDate],
  paidOutDate: DAY.paidOutDate,
});

const readModel = (index: number): SettlementRow => {
  const read = readRow(JSON.parse(settlementText(plan, index)), DAY.paidOutDate);
  if (!read.ok) throw new Error(`the mock's row ${index} can't be read: ${read.reason}`);
  return read.row;
};

export interface Records {
  /** Any number of them, each of another payment: ledgers get new rows only. */
  at(index: number): LogRecord;
  /** Of key and value, and of what fills them up: the mean. */
  readonly bytes: number;
  /** Of key and value alone. */
  readonly rowBytes: number;
}

/** How much the name of the header that fills a record up takes, and the lengths before it and its text. */
const FILLER_BYTES = 8;

/**
 * Records as the poller makes them, encoded when they are asked for, as it does.
 * @param recordBytes fills them up by a header, when it is more than they have
 */
export const createRecords = async (recordBytes: number | undefined): Promise<Records> => {
  const codec = await createRowCodec({ topic: ROWS_TOPIC });
  const models = Array.from({ length: MODELS }, (_, index) => readModel(index));
  const plainAt = (index: number): LogRecord => {
    const model = models[index % MODELS];
    if (!model) throw new RangeError(`There is no row ${index}.`);
    const number = index.toString(16).toUpperCase().padStart(8, "0");
    const row: SettlementRow = {
      ...model,
      paymentKey: model.paymentKey.slice(0, -8) + number,
      transactionKey: model.transactionKey.slice(0, -8) + number,
      orderId: `order-${model.transactionKey.slice(0, 8)}-${index}`,
    };
    return { key: row.paymentKey, value: codec.encode(row) };
  };
  const sample = Array.from({ length: MODELS }, (_, index) => sizeOf(plainAt(index)));
  const rowBytes = Math.round(sample.reduce((sum, size) => sum + size, 0) / MODELS);
  const filler = (recordBytes ?? 0) - rowBytes - FILLER_BYTES;
  if (filler <= 0) return { at: plainAt, bytes: rowBytes, rowBytes };
  const headers = { fill: "x".repeat(filler) };
  return { at: (index) => ({ ...plainAt(index), headers }), bytes: recordBytes ?? rowBytes, rowBytes };
};

const sizeOf = ({ key, value }: LogRecord): number => Buffer.byteLength(key) + value.byteLength;
