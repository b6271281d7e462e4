import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Partitioners } from "kafkajs";
import { TerminalSettlementError } from "../../settlement/errors.ts";
import { toBatches } from "../../settlement/log/kafka-batches.ts";
import { kafkaPartitionOf } from "../../settlement/log/murmur2.ts";
import { recordOf } from "./log-fixtures.ts";

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
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("Kafka's requests", () => {
  test("toBatches_keepsAllInOrder_moreThanOneRequestCarries", () => {
    const records = Array.from({ length: 5_000 }, (_, index) => recordOf(`key-${index % 7}`, `${index}`));
    const batches = toBatches(records, 4);
    expect(batches.length).toBeGreaterThan(1);
    for (const batch of batches) {
      for (let partition = 0; partition < 4; partition++) {
        expect(batch.filter((message) => message.partition === partition).length).toBeLessThanOrEqual(300);
      }
    }
    const values = batches.flat().map(({ value }) => String(value));
    expect(values).toEqual(records.map((_, index) => `${index}`));
    const partitions = new Set(batches.flat().map(({ key, partition }) => `${key} ${partition}`));
    expect(partitions.size).toBe(7);
  });

  test("toBatches_staysBelowTheBrokersLimit_largeRecords", () => {
    const records = Array.from({ length: 50 }, () => ({ key: "one", value: new Uint8Array(100_000) }));
    const batches = toBatches(records, 1);
    expect(batches.map((batch) => batch.length)).toEqual([8, 8, 8, 8, 8, 8, 2]);
  });

  test("toBatches_refuses_recordThatNoRequestCarries", () => {
    const records = [recordOf("fine", ""), { key: "huge", value: new Uint8Array(1_000_000) }];
    expect(() => toBatches(records, 1)).toThrow(TerminalSettlementError);
  });

  test("toBatches_isEmpty_noRecords", () => {
    expect(toBatches([], 4)).toEqual([]);
  });
});
