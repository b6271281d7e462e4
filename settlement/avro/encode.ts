import { TerminalSettlementError } from "../errors.ts";
import { rowKeyOf, type SettlementRow } from "../row.ts";
import type { RowSchema } from "./schemas.ts";
import { HEADER_BYTES, writeHeader } from "./wire-format.ts";
import { toWire } from "./wire-row.ts";

/** A row takes about 250 bytes; one that does not fit makes more room for all that follow. */
const FIRST_ROOM = 4_096;

/** Writes rows by one schema under one id, each into bytes of its own. */
export const createEncoder = ({ type }: RowSchema, id: number): ((row: SettlementRow) => Uint8Array) => {
  const roomOf = (size: number) => {
    const bytes = Buffer.alloc(size);
    writeHeader(bytes, id);
    return bytes;
  };
  let room = roomOf(FIRST_ROOM);
  return (row) => {
    try {
      const wire = toWire(row);
      let end = type.encode(wire, room, HEADER_BYTES);
      if (end < 0) {
        // Too small, by that many bytes.
        room = roomOf((room.length - end) * 2);
        end = type.encode(wire, room, HEADER_BYTES);
      }
      return Buffer.from(room.subarray(0, end));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TerminalSettlementError("RECORD_UNREADABLE", {
        message:
          `The row ${rowKeyOf(row)} can't be written as Avro: ${reason}. Nothing was produced of it. ` +
          "Put it aside and see where it came from.",
        cause: error,
      });
    }
  };
};
