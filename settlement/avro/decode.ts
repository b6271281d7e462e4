import { TerminalSettlementError } from "../errors.ts";
import type { SettlementRow } from "../row.ts";
import { walkOf } from "./bounds.ts";
import { avroTypeOf, type RowSchema } from "./schemas.ts";
import { HEADER_BYTES } from "./wire-format.ts";
import { fromWire } from "./wire-row.ts";

/** Reads rows that were written by one schema. */
export type ReadBy = (record: Buffer) => SettlementRow;

/** @example throw unreadable("it does not begin with Avro's header") */
export const unreadable = (reason: string, cause?: unknown): TerminalSettlementError =>
  new TerminalSettlementError("RECORD_UNREADABLE", {
    message:
      `The record is no settlement row: ${reason}. Nothing was booked of it. Find its bytes among the dead letters; ` +
      "once its schema is known it can be brought again.",
    cause,
  });

/**
 * Reads what was written by the writer's schema as the reader's has it.
 * @param writer Avro's JSON
 * @throws TerminalSettlementError RECORD_UNREADABLE when the one can't be read as the other
 */
export const createReadBy = (writer: object, reader: RowSchema): ReadBy => {
  const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
  try {
    const type = avroTypeOf(writer);
    const walk = walkOf(type);
    const resolver = reader.type.createResolver(type);
    return (record) => {
      try {
        const end = walk(record, HEADER_BYTES);
        if (end !== record.length) throw new RangeError("it goes on after its end");
        return fromWire(reader.type.decode(record, HEADER_BYTES, resolver).value);
      } catch (error) {
        throw unreadable(reason(error), error);
      }
    };
  } catch (error) {
    throw unreadable(
      `its schema can't be read as version ${reader.version} of ours: ${reason(error)}`,
      error,
    );
  }
};
