/**
 * A thread as threaded-producer.ts starts it, with no Kafka behind it. What it does with records is said by the topic:
 * `answer`, `refuse`, `refuse-for-good`, `throw`, `reject`, `exit`, or `wait` until it is told to close. It logs each
 * request, with the keys and values that came over.
 */
import { parentPort } from "node:worker_threads";
import { RetryableSettlementError, TerminalSettlementError } from "../../settlement/errors.ts";
import { unpackRecords } from "../../settlement/log/packed-records.ts";
import {
  type ProducerNote,
  type ProducerRequest,
  toErrorNote,
} from "../../settlement/log/producer-messages.ts";

const tell = (note: ProducerNote) => parentPort?.postMessage(note);
const refuse = (id: number, error: Error) => tell({ kind: "failed", id, error: toErrorNote(error) });
const waiting: number[] = [];

const send = (id: number, topic: string): void => {
  const details = { message: "not taken", cause: new RangeError("too many") };
  if (topic === "answer") tell({ kind: "done", id });
  else if (topic === "refuse") refuse(id, new RetryableSettlementError("LOG_UNAVAILABLE", details));
  else if (topic === "refuse-for-good") refuse(id, new TerminalSettlementError("CONFIG_INVALID", details));
  else if (topic === "throw") throw new Error("thrown by nobody's fault");
  else if (topic === "reject") void Promise.reject(new Error("rejected with nobody there"));
  else if (topic === "exit") process.exit(3);
  else waiting.push(id);
};

parentPort?.on("message", (request: ProducerRequest) => {
  if (request.kind === "close") {
    for (const id of waiting) tell({ kind: "done", id });
    tell({ kind: "done", id: request.id });
    return;
  }
  const records = unpackRecords(request.records).map(({ key, value, headers }) => [
    `${key}`,
    `${value}`,
    headers,
  ]);
  tell({ kind: "log", level: "info", fields: { records }, text: request.topic });
  send(request.id, request.topic);
});
