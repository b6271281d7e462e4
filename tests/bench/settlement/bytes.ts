/** How many bytes a row takes as Avro in Confluent's wire format, next to JSON. */
import { createRowCodec } from "../../../settlement/avro/codec.ts";
import { ROWS_TOPIC } from "../../../settlement/poller/mod.ts";
import { report } from "../report.ts";
import { rowAt, rowText } from "./rows.ts";

const ROWS = 5_000;

const codec = await createRowCodec({ topic: ROWS_TOPIC });
const lengthOf = (text: string) => Buffer.byteLength(text);
const meanOf = (bytes: (index: number) => number) =>
  Array.from({ length: ROWS }, (_, index) => bytes(index)).reduce((sum, one) => sum + one, 0) / ROWS;

const avro = meanOf((index) => codec.encode(rowAt(index)).byteLength);
const json = meanOf((index) => lengthOf(JSON.stringify(rowAt(index))));
const toss = meanOf((index) => lengthOf(rowText(index)));
const key = meanOf((index) => lengthOf(rowAt(index).paymentKey));

const common = { value: avro, unit: "B" };
report({
  ...common,
  name: "a row as Avro",
  floor: { name: "the same row as JSON, B", value: json },
  note: `the mean of ${ROWS.toLocaleString("en-US")}, with the header of 5 B; the record's key is ${Math.round(key)} B more`,
});
report({ ...common, name: "  the same", floor: { name: "Toss' own JSON, all its fields, B", value: toss } });
process.exit(0);
