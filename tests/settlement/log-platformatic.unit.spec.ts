import { describe, expect, test } from "bun:test";
import type { MessageToProduce } from "@platformatic/kafka";
import type { TlsMaterial } from "../../actors/connection/tls.ts";
import { silentLog } from "../../actors/ports.ts";
import { createKafkaProducer } from "../../settlement/log/kafka-producer.ts";
import { type PlatformaticProducer, platformaticClient } from "../../settlement/log/platformatic-producer.ts";
import { keysOf, recordOf, rejection, someRecords } from "./log-fixtures.ts";

type Sent = MessageToProduce<Buffer, Buffer, Buffer, Buffer>[];
type Options = Parameters<NonNullable<Parameters<typeof platformaticClient>[3]>>[0];

/** The library's producers as far as they are asked, and what each was given to send. */
const producersThat = (answer: (messages: Sent, producer: number) => readonly number[]) => {
  const sent: Sent[] = [];
  const options: Options[] = [];
  let closed = 0;
  const create = async (given: Options): Promise<PlatformaticProducer> => {
    const index = options.push(given) - 1;
    return {
      async send({ messages }: { messages: Sent }) {
        sent.push(messages);
        const partitions = answer(messages, index);
        return { offsets: partitions.map((partition) => ({ topic: "rows", partition, offset: 0n })) };
      },
      async close() {
        closed += 1;
      },
    } as PlatformaticProducer;
  };
  const open = ({ retries = 3, tls }: { retries?: number; tls?: TlsMaterial } = {}) => {
    const connection = {
      ...{ brokers: ["kafka.example:9092"], ...(tls && { tls }) },
      sasl: { mechanism: "scram-sha-512", username: "jumun", password: "secret" } as const,
    };
    return createKafkaProducer(
      platformaticClient(connection, { retries, compression: "gzip" }, silentLog, create),
    );
  };
  return { open, sent, options, closed: () => closed };
};

const acknowledge = (messages: Sent) => [messages[0]?.partition ?? -1];

describe("Kafka's producer, by platformatic", () => {
  test("send_hasOnePartitionARequest_recordsOfMany", async () => {
    const { open, sent, closed, options } = producersThat(acknowledge);
    const producer = open();
    await producer.send("rows", someRecords(1_000), 6);
    expect(sent.map((messages) => new Set(messages.map(({ partition }) => partition)).size)).toEqual(
      Array.from({ length: 6 }, () => 1),
    );
    expect(keysOf(sent.flat().map(({ key }) => ({ key: String(key) })))).toEqual(keysOf(someRecords(1_000)));
    await producer.close();
    expect(closed()).toBe(options.length);
  });

  test("send_rejects_partitionWasAcknowledgedByNobody", async () => {
    const producer = producersThat((messages) =>
      messages[0]?.partition === 4 ? [3] : acknowledge(messages),
    );
    const refusal = await rejection(producer.open().send("rows", someRecords(100), 6));
    expect(refusal).toMatchObject({ code: "LOG_UNAVAILABLE", retryable: true });
    expect(String(refusal)).toContain("partition 4");
  });

  test("send_usesANewProducer_afterOneFailed", async () => {
    const { open, sent, options, closed } = producersThat((messages, producer) => {
      if (producer === 0) throw new Error("no answer came");
      return acknowledge(messages);
    });
    const producer = open();
    const record = recordOf("one", "");
    expect(await rejection(producer.send("rows", [record], 1))).toMatchObject({ code: "LOG_UNAVAILABLE" });
    await producer.send("rows", [record], 1);
    await producer.send("rows", [record], 1);
    expect([options.length, sent.length, closed()]).toEqual([2, 3, 1]);
  });

  test("send_sendsHeadersAsBytes_recordHasSome", async () => {
    const { open, sent } = producersThat(acknowledge);
    await open().send("rows", [{ ...recordOf("one", ""), headers: { reason: "금액" } }], 1);
    const headers = sent[0]?.[0]?.headers;
    expect(headers).toEqual(new Map([[Buffer.from("reason"), Buffer.from("금액")]]));
  });

  test("open_asksForIdempotenceAndAllReplicas_anySettings", async () => {
    const { open, options } = producersThat(acknowledge);
    await open({ retries: 1, tls: { ca: "a PEM" } }).send("rows", someRecords(1), 1);
    expect(options[0]).toMatchObject({
      ...{ idempotent: true, acks: -1, compression: "gzip", autocreateTopics: false, retries: 2 },
      ...{ tls: { ca: "a PEM" }, tlsServerName: true },
      sasl: { mechanism: "SCRAM-SHA-512", username: "jumun", password: "secret" },
    });
    await open({ retries: 7 }).send("rows", someRecords(1), 1);
    expect(options[1]?.retries).toBe(7);
    expect(options[1]).not.toHaveProperty("tls");
  });
});
