import { describe, expect, test } from "bun:test";
import { createRequire } from "node:module";
import { compatibilityPartitioner } from "@platformatic/kafka";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import { type Message, Partitioners, type Producer, type RecordMetadata } from "kafkajs";
import { TerminalSettlementError } from "../../settlement/errors.ts";
import { toMessages, toRequests } from "../../settlement/log/kafka-batches.ts";
import { createKafkaProducer } from "../../settlement/log/kafka-producer.ts";
import { kafkajsClient, type ProducerSource } from "../../settlement/log/kafkajs-producer.ts";
import { mendKafkajsTimer } from "../../settlement/log/kafkajs-timer.ts";
import { kafkaPartitionOf } from "../../settlement/log/murmur2.ts";
import { until } from "../failures/eventually.ts";
import { keysOf, recordOf, rejection, someRecords } from "./log-fixtures.ts";

const empty = Buffer.alloc(0);
const partitionMetadata = (partitions: number) =>
  Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 1, replicas: [1], isr: [1], partitionErrorCode: 0 },
  }));

describe("Kafka's partitions", () => {
  test("kafkaPartitionOf_isWhatJavasClientsChoose_anyKey", () => {
    const theirs = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.integer({ min: 1, max: 64 }),
        (key, count) => {
          const metadata = partitionMetadata(count);
          const expected = theirs({
            topic: "t",
            partitionMetadata: metadata,
            message: { key: Buffer.from(key), value: null },
          });
          expect(kafkaPartitionOf(Buffer.from(key), count)).toBe(expected);
          const compatible = compatibilityPartitioner({ topic: "t", value: empty }, Buffer.from(key));
          expect(compatible % count).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("Kafka's requests", () => {
  test("toRequests_keepsAllInOrder_moreThanOneRequestCarries", () => {
    const records = Array.from({ length: 5_000 }, (_, index) => recordOf(`key-${index % 7}`, `${index}`));
    const batches = toRequests(toMessages(records, 4), 150);
    expect(batches.length).toBeGreaterThan(1);
    for (const batch of batches) {
      for (let partition = 0; partition < 4; partition++) {
        expect(batch.filter((message) => message.partition === partition).length).toBeLessThanOrEqual(150);
      }
    }
    const values = batches.flat().map(({ value }) => String(value));
    expect(values).toEqual(records.map((_, index) => `${index}`));
    const partitions = new Set(batches.flat().map(({ key, partition }) => `${key} ${partition}`));
    expect(partitions.size).toBe(7);
  });

  test("toRequests_staysBelowTheBrokersLimit_largeRecords", () => {
    const records = Array.from({ length: 50 }, () => ({ key: "one", value: new Uint8Array(100_000) }));
    const batches = toRequests(toMessages(records, 1));
    expect(batches.map((batch) => batch.length)).toEqual([8, 8, 8, 8, 8, 8, 2]);
  });

  test("toMessages_refuses_recordThatNoRequestCarries", () => {
    const records = [recordOf("fine", ""), { key: "huge", value: new Uint8Array(1_000_000) }];
    expect(() => toMessages(records, 1)).toThrow(TerminalSettlementError);
  });

  test("toRequests_isEmpty_noRecords", () => {
    expect(toRequests(toMessages([], 4))).toEqual([]);
  });
});

describe("Kafka's producer, by kafkajs", () => {
  const settings = { retries: 3, compression: "none" } as const;

  /** kafkajs' producers as far as they are asked, and what each was given to send. */
  const producersThat = (answer: (messages: readonly Message[], producer: number) => RecordMetadata[]) => {
    const sent: (readonly Message[])[] = [];
    let made = 0;
    const kafka: ProducerSource = {
      producer: () => {
        const producer = made;
        made += 1;
        const partly: Partial<Producer> = {
          connect: async () => {},
          disconnect: async () => {},
          async send({ messages }) {
            sent.push(messages);
            return answer(messages, producer);
          },
        };
        return partly as Producer;
      },
    };
    return { kafka, sent, count: () => made };
  };
  const acknowledge = (messages: readonly Message[]): RecordMetadata[] =>
    [...new Set(messages.map(({ partition }) => partition ?? -1))].map((partition) => ({
      ...{ topicName: "rows", partition, errorCode: 0 },
    }));

  test("send_resolves_everyPartitionAcknowledged", async () => {
    const { kafka, sent } = producersThat(acknowledge);
    const producer = createKafkaProducer(kafkajsClient(kafka, settings));
    await producer.send("rows", someRecords(1_000), 6);
    expect(keysOf(sent.flat().map(({ key }) => ({ key: String(key) })))).toEqual(keysOf(someRecords(1_000)));
    await producer.close();
  });

  test("send_rejects_aPartitionWasAcknowledgedByNobody", async () => {
    const { kafka } = producersThat((messages) =>
      acknowledge(messages).filter(({ partition }) => partition !== 4),
    );
    const producer = createKafkaProducer(kafkajsClient(kafka, settings));
    const refusal = await rejection(producer.send("rows", someRecords(100), 6));
    expect(refusal).toMatchObject({ code: "LOG_UNAVAILABLE" });
    expect(String(refusal)).toContain("partition 4");
  });

  test("send_usesANewProducer_afterOneFailed", async () => {
    const { kafka, sent, count } = producersThat((messages, producer) => {
      if (producer === 0) throw new Error("no answer came");
      return acknowledge(messages);
    });
    const producer = createKafkaProducer(kafkajsClient(kafka, settings));
    const record = recordOf("one", "");
    expect(await rejection(producer.send("rows", [record], 1))).toMatchObject({ code: "LOG_UNAVAILABLE" });
    await producer.send("rows", [record], 1);
    await producer.send("rows", [record], 1);
    expect([count(), sent.length]).toEqual([2, 3]);
  });

  test("send_sendsNothingOfTheNextCall_beforeTheFirstHasEnded", async () => {
    const { kafka, sent } = producersThat(acknowledge);
    const producer = createKafkaProducer(kafkajsClient(kafka, settings));
    const calls = Array.from({ length: 20 }, (_, index) =>
      producer.send("rows", [recordOf("one", `${index}`)], 1),
    );
    await Promise.all(calls);
    expect(sent.flat().map(({ value }) => String(value))).toEqual(calls.map((_, index) => `${index}`));
  });
});

describe("kafkajs' queue of requests", () => {
  const Queue = Type.Object({ scheduleCheckPendingRequests: Type.Function([], Type.Void()) });
  const mended = () => {
    mendKafkajsTimer();
    const queue: unknown = createRequire(import.meta.url)("kafkajs/src/network/requestQueue");
    const methods: unknown = typeof queue === "function" ? queue.prototype : undefined;
    if (!Value.Check(Queue, methods)) throw new Error("kafkajs is built otherwise than it was");
    return methods.scheduleCheckPendingRequests;
  };
  const queueWith = (pending: readonly string[]) => ({
    ...{ pending, throttledUntil: -1, throttleCheckTimeoutId: null, checks: 0 },
    checkPendingRequests() {
      this.checks += 1;
    },
  });

  test("mendKafkajsTimer_setsNoTimer_nothingWaits", async () => {
    const queue = queueWith([]);
    mended().call(queue);
    expect(queue.throttleCheckTimeoutId).toBeNull();
    await Bun.sleep(30);
    expect(queue.checks).toBe(0);
  });

  test("mendKafkajsTimer_checksOnce_requestsWait", async () => {
    const queue = queueWith(["a request"]);
    mended().call(queue);
    mended().call(queue);
    await until("it was checked", () => queue.checks > 0);
    await Bun.sleep(30);
    expect(queue.checks).toBe(1);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });
});
