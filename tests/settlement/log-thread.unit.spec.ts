import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Log, silentLog } from "../../actors/ports.ts";
import {
  isSettlementError,
  RetryableSettlementError,
  TerminalSettlementError,
} from "../../settlement/errors.ts";
import { packRecords, unpackRecords } from "../../settlement/log/packed-records.ts";
import { fromErrorNote, toErrorNote, toFields } from "../../settlement/log/producer-messages.ts";
import { createThreadedProducer, type ThreadedProducer } from "../../settlement/log/threaded-producer.ts";
import { recordOf, rejection } from "./log-fixtures.ts";

const script = new URL("./producer-thread-that.ts", import.meta.url);
const plan = {
  client: "platformatic",
  connection: { brokers: ["127.0.0.1:9092"] },
  settings: { retries: 1, compression: "none" },
} as const;

interface Line {
  readonly level: keyof Log;
  readonly fields: object;
  readonly text: string;
}

let lines: Line[];
let producer: ThreadedProducer;
beforeEach(() => {
  lines = [];
  const line = (level: keyof Log) => (fields: object, text: string) =>
    void lines.push({ level, fields, text });
  const log = { ...silentLog, info: line("info"), error: line("error") };
  producer = createThreadedProducer(plan, log, script);
});
afterEach(() => producer.close());

describe("the thread that produces", () => {
  test("send_bringsAllOver_recordsWithAndWithoutHeaders", async () => {
    const headers = { reason: "금액" };
    await producer.send("answer", [recordOf("주문-1", "값"), { ...recordOf("two", ""), headers }], 4);
    expect(lines).toEqual([
      {
        ...{ level: "info", text: "answer" },
        fields: {
          records: [
            ["주문-1", "값", undefined],
            ["two", "", headers],
          ],
        },
      },
    ]);
  });

  test("send_leavesTheCallersBytes_afterItWasSent", async () => {
    const record = recordOf("one", "value");
    await producer.send("answer", [record], 4);
    await producer.send("answer", [record], 4);
    expect(lines[1]).toEqual(lines[0]);
    expect(record).toEqual(recordOf("one", "value"));
  });

  test.each([
    ["refuse", { code: "LOG_UNAVAILABLE", retryable: true }],
    ["refuse-for-good", { code: "CONFIG_INVALID", retryable: false }],
  ])("send_rejectsAsTheThreadDid_%s", async (topic, expected) => {
    const refusal = await rejection(producer.send(topic, [recordOf("one", "")], 4));
    expect(isSettlementError(refusal)).toBe(true);
    expect(refusal).toMatchObject({ ...expected, message: "not taken", cause: { name: "RangeError" } });
    await producer.send("answer", [recordOf("one", "")], 4);
  });

  test.each(["throw", "reject", "exit"])("send_isRetryable_threadDies_%s", async (death) => {
    const record = recordOf("one", "");
    const asked = [producer.send("wait", [record], 4), producer.send(death, [record], 4)];
    for (const refusal of await Promise.all(asked.map(rejection))) {
      expect(refusal).toBeInstanceOf(RetryableSettlementError);
      expect(refusal).toMatchObject({ code: "LOG_UNAVAILABLE" });
    }
    expect(lines.filter(({ level }) => level === "error").length).toBe(1);
    // Another thread takes what comes next.
    await producer.send("answer", [record], 4);
    expect(lines.at(-1)).toMatchObject({ text: "answer" });
  });

  test("close_waitsForWhatIsUnderWay_whileProducing", async () => {
    const ended: string[] = [];
    const sent = producer.send("wait", [recordOf("one", "")], 4).then(() => ended.push("sent"));
    await producer.close().then(() => ended.push("closed"));
    await sent;
    expect(ended).toEqual(["sent", "closed"]);
  });

  test("close_ends_threadDiedOrNeverBegan", async () => {
    await producer.close();
    expect(await rejection(producer.send("exit", [recordOf("one", "")], 4))).toMatchObject({
      code: "LOG_UNAVAILABLE",
    });
    await producer.close();
    await producer.close();
  });

  test("close_ends_threadDiesMeanwhile", async () => {
    const sent = rejection(producer.send("exit", [recordOf("one", "")], 4));
    await producer.close();
    expect(await sent).toMatchObject({ code: "LOG_UNAVAILABLE" });
  });
});

describe("what crosses between threads", () => {
  test("unpackRecords_givesBackWhatWasPacked_anyRecords", () => {
    const record = fc.record(
      {
        key: fc.string({ unit: "grapheme" }),
        value: fc.uint8Array({ maxLength: 300 }),
        headers: fc.dictionary(fc.string(), fc.string({ unit: "grapheme" })),
      },
      { requiredKeys: ["key", "value"] },
    );
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const there = unpackRecords(packRecords(records));
        expect(
          there.map(({ key, value, ...rest }) => ({ ...rest, key: `${key}`, value: [...value] })),
        ).toEqual(records.map(({ value, ...rest }) => ({ ...rest, value: [...value] })));
      }),
    );
  });

  test("fromErrorNote_keepsClassCodeAndCauses_anyError", () => {
    const cause = new TypeError("root");
    const across = (error: unknown) => fromErrorNote(structuredClone(toErrorNote(error)));
    const retryable = across(new RetryableSettlementError("LOG_UNAVAILABLE", { message: "away", cause }));
    expect(retryable).toBeInstanceOf(RetryableSettlementError);
    expect(retryable).toMatchObject({ code: "LOG_UNAVAILABLE", message: "away" });
    expect(retryable.cause).toMatchObject({ name: "TypeError", message: "root", stack: cause.stack });
    const terminal = across(new TerminalSettlementError("CONFIG_INVALID", { message: "large" }));
    expect(terminal).toBeInstanceOf(TerminalSettlementError);
    expect(isSettlementError(across(cause))).toBe(false);
    expect(across("a text")).toMatchObject({ name: "Error", message: "a text" });
  });

  test("toFields_leavesWhatCanCross_fieldsOfALogLine", () => {
    const fields = toFields({ broker: "b:1", offset: 1n, error: new Error("away"), call: () => {} });
    expect(structuredClone(fields)).toMatchObject({ broker: "b:1", offset: "1", error: { message: "away" } });
    expect(fields).not.toHaveProperty("call");
  });
});
