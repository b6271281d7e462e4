import { describe, expect, test } from "bun:test";
import { Type as AvroType } from "avsc";
import fc from "fast-check";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { compatibilityOf } from "../../settlement/avro/compatibility.ts";
import { avroTypeOf, rowSchemaOf, rowSchemas } from "../../settlement/avro/schemas.ts";
import { fingerprintId, readHeader } from "../../settlement/avro/wire-format.ts";
import { isSettlementError } from "../../settlement/errors.ts";
import { anyRow, cancelRow, plainRow } from "./avro-rows.ts";

const current = await createRowCodec();
const old = await createRowCodec({ version: 1 });

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return isSettlementError(error) ? error.code : `not of ours: ${String(error)}`;
  }
  return "nothing was thrown";
};

const without = (field: string) => ({
  ...rowSchemaOf().json,
  fields: v2Fields().filter((one) => one.name !== field),
});
const withField = (field: object) => ({ ...rowSchemaOf().json, fields: [...v2Fields(), field] });
const v2Fields = (): { name: string; type: unknown }[] => structuredClone(fieldsOf(rowSchemaOf().json));
const fieldsOf = (json: object): { name: string; type: unknown }[] =>
  "fields" in json && Array.isArray(json.fields) ? json.fields : [];

describe("row codec", () => {
  test("decode_isTheRow_whateverTheRow", async () => {
    await fc.assert(
      fc.asyncProperty(anyRow, async (row) => {
        expect(await current.decode(current.encode(row))).toEqual(row);
      }),
      { numRuns: 2_000 },
    );
  });

  test("decode_keepsKoreanText_cancelRow", async () => {
    expect(await current.decode(current.encode(cancelRow))).toEqual(cancelRow);
  });

  test("decode_isExact_amountsOf31And52And53Bits", async () => {
    const sizes = [2 ** 31, 2 ** 32 + 1, 2 ** 52 - 1, 2 ** 52, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER - 1];
    for (const size of [0, 1, 63, 64, 65, 127, 128, ...sizes, Number.MAX_SAFE_INTEGER]) {
      for (const amount of [size, -size]) {
        const row = { ...plainRow, amount, payOutAmount: amount, fees: [{ type: "BASE", fee: amount }] };
        // -0 is no amount of money, and 0 when it comes back.
        expect((await current.decode(current.encode(row))).amount).toBe(amount + 0);
      }
    }
  });

  test("exactLong_writesWhatAvroSays_upTo52Bits", () => {
    const ours = avroTypeOf({ type: "array", items: "long" });
    const theirs = AvroType.forSchema({ type: "array", items: "long" });
    const limit = 2 ** 52 - 1;
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger().filter((value) => Math.abs(value) < limit)), (values) => {
        expect(ours.toBuffer(values)).toEqual(theirs.toBuffer(values));
      }),
    );
  });

  test("encode_isLargerThanTheRoom_longReason", async () => {
    const row = { ...cancelRow, cancel: { ...required(cancelRow.cancel), reason: "환불".repeat(20_000) } };
    expect(await current.decode(current.encode(row))).toEqual(row);
    expect(await current.decode(current.encode(plainRow))).toEqual(plainRow);
  });

  test("encode_givesBytesOfItsOwn_nextRowEncoded", async () => {
    const first = current.encode(plainRow);
    const kept = Uint8Array.from(first);
    current.encode(cancelRow);
    expect(Uint8Array.from(first)).toEqual(kept);
  });

  test("encode_standsInConfluentsFormat_noRegistry", () => {
    const record = Buffer.from(current.encode(plainRow));
    expect(record[0]).toBe(0);
    expect(readHeader(record)).toBe(fingerprintId(rowSchemaOf().type));
    expect(fingerprintId(rowSchemaOf().type)).toBeGreaterThanOrEqual(2 ** 31);
    expect(fingerprintId(rowSchemaOf(1).type)).not.toBe(fingerprintId(rowSchemaOf(2).type));
  });

  test("encode_isHalfOfJson_usualRow", () => {
    expect(current.encode(plainRow).length * 2).toBeLessThan(Buffer.byteLength(JSON.stringify(plainRow)));
  });

  test("encode_refuses_rowThatIsNone", async () => {
    const bad = [
      { ...plainRow, amount: 0.5 },
      { ...plainRow, amount: 2 ** 53 },
      { ...plainRow, soldDate: "2026-02-30" },
      { ...plainRow, approvedAt: "2026-11-20T13:03:39+09:00" },
      { ...plainRow, approvedAt: "yesterday" },
    ];
    for (const row of bad) expect(await codeOf(() => current.encode(row))).toBe("RECORD_UNREADABLE");
    expect(await current.decode(current.encode(plainRow))).toEqual(plainRow);
  });
});

describe("row schema's versions", () => {
  test("decode_fillsInNull_newReaderOldRow", async () => {
    const expected = { ...cancelRow, easyPayProvider: null, cancel: null };
    expect(await current.decode(old.encode(cancelRow))).toEqual(expected);
  });

  test("decode_leavesOutWhatItDoesNotKnow_oldReaderNewRow", async () => {
    const expected = { ...cancelRow, easyPayProvider: null, cancel: null };
    expect(await old.decode(current.encode(cancelRow))).toEqual(expected);
  });

  test("decode_isTheRow_bothWays_whateverTheRow", async () => {
    await fc.assert(
      fc.asyncProperty(anyRow, async (row) => {
        const expected = { ...row, easyPayProvider: null, cancel: null };
        expect(await old.decode(current.encode(row))).toEqual(expected);
        expect(await current.decode(old.encode(row))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("compatibilityOf_isBothWays_eachVersionAndTheOneBefore", () => {
    expect(rowSchemas.length).toBeGreaterThanOrEqual(2);
    for (const { version, type } of rowSchemas.slice(1)) {
      expect(compatibilityOf(rowSchemaOf(version - 1).type, type)).toEqual({ backward: null, forward: null });
    }
  });

  test("compatibilityOf_isBroken_fieldWithoutDefaultAdded", () => {
    const newer = avroTypeOf(withField({ name: "settlementId", type: "string" }));
    const { backward, forward } = compatibilityOf(rowSchemaOf().type, newer);
    expect(backward).toContain("settlementId");
    expect(forward).toBeNull();
  });

  test("compatibilityOf_isBroken_amountRemoved", () => {
    const { backward, forward } = compatibilityOf(rowSchemaOf().type, avroTypeOf(without("amount")));
    expect(backward).toBeNull();
    expect(forward).toContain("amount");
  });

  test("compatibilityOf_isBroken_amountNarrowed", () => {
    const fields = v2Fields().map((field) => (field.name === "amount" ? { ...field, type: "int" } : field));
    const newer = avroTypeOf({ ...rowSchemaOf().json, fields });
    expect(compatibilityOf(rowSchemaOf().type, newer).backward).not.toBeNull();
  });
});

describe("records that are no rows", () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);

  test("decode_isUnreadable_noHeader", async () => {
    const records = [bytes(), bytes(0), bytes(0, 0, 0, 0), new TextEncoder().encode('{"amount":1}')];
    for (const record of records)
      expect(await codeOf(() => current.decode(record))).toBe("RECORD_UNREADABLE");
  });

  test("decode_isUnreadable_unknownSchema", async () => {
    const record = current.encode(plainRow);
    for (const id of [1, 7, 2 ** 31, 2 ** 32 - 1]) {
      Buffer.from(record.buffer, record.byteOffset).writeUInt32BE(id, 1);
      expect(await codeOf(() => current.decode(record))).toBe("RECORD_UNREADABLE");
    }
  });

  test("decode_isUnreadable_cutOffOrTooLong", async () => {
    const record = current.encode(cancelRow);
    for (let length = 0; length < record.length; length++) {
      expect(await codeOf(() => current.decode(record.slice(0, length)))).toBe("RECORD_UNREADABLE");
    }
    expect(await codeOf(() => current.decode(Buffer.concat([record, bytes(0)])))).toBe("RECORD_UNREADABLE");
  });

  test("decode_endsAtOnce_countOfThousandsOfMillions", async () => {
    const record = Buffer.from(current.encode({ ...plainRow, fees: [] }));
    // The empty list of fees is one zero byte before the supply amount, 850, which zigzag makes 1700.
    const at = record.indexOf(Uint8Array.from([0, 0xa4, 0x0d]));
    const huge = [0xfe, 0xff, 0xff, 0xff, 0x7f];
    const damaged = Buffer.concat([record.subarray(0, at), bytes(...huge), record.subarray(at + 1)]);
    const before = performance.now();
    expect(await codeOf(() => current.decode(damaged))).toBe("RECORD_UNREADABLE");
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test("decode_isARowOrUnreadable_anyByteDamaged", async () => {
    const record = Buffer.from(current.encode(cancelRow));
    let refused = 0;
    for (let at = 0; at < record.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const damaged = Buffer.from(record);
        damaged[at] = value;
        const code = await codeOf(() => current.decode(damaged));
        expect(["RECORD_UNREADABLE", "nothing was thrown"]).toContain(code);
        if (code === "RECORD_UNREADABLE") refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  test("decode_isARowOrUnreadable_anyBytes", async () => {
    const header = current.encode(plainRow).slice(0, 5);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (body, withHeader) => {
        const code = await codeOf(() => current.decode(withHeader ? Buffer.concat([header, body]) : body));
        expect(["RECORD_UNREADABLE", "nothing was thrown"]).toContain(code);
      }),
      { numRuns: 2_000 },
    );
  });
});

const required = <T>(value: T | null): T => {
  if (value === null) throw new Error("the fixture lacks a part");
  return value;
};
