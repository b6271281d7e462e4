/**
 * The thread that produces to Kafka. It is given its plan as it begins, and then batches of records, and answers each
 * once all of it is acknowledged or has failed.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Log } from "../../actors/ports.ts";
import { openKafkaProducer, type ProducerPlan } from "./open-producer.ts";
import { unpackRecords } from "./packed-records.ts";
import { type ProducerNote, type ProducerRequest, toErrorNote, toFields } from "./producer-messages.ts";

const tell = (note: ProducerNote) => parentPort?.postMessage(note);

const line = (level: keyof Log) => (fields: object, text: string) =>
  tell({ kind: "log", level, fields: toFields(fields), text });
const log: Log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };

const opening = openKafkaProducer(workerData as ProducerPlan, log);

const run = async (request: ProducerRequest): Promise<void> => {
  // The same promise for all, so that they begin in the order in which they came.
  const producer = await opening;
  if (request.kind === "close") return producer.close();
  return producer.send(request.topic, unpackRecords(request.records), request.partitions);
};

parentPort?.on("message", (request: ProducerRequest) => {
  const { id } = request;
  run(request).then(
    () => tell({ kind: "done", id }),
    (error: unknown) => tell({ kind: "failed", id, error: toErrorNote(error) }),
  );
});
