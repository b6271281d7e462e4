import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { SettlementRow } from "../row.ts";
import { dayOf, daysOf, instantOf, millisOf } from "./times.ts";

const Nullable = Type.Union([Type.String(), Type.Null()]);

/** A row as Avro holds it: days since 1970 and ms since 1970 instead of text. */
type WireRow = Omit<SettlementRow, "approvedAt" | "soldDate" | "paidOutDate" | "cancel"> & {
  readonly approvedAt: number;
  readonly soldDate: number;
  readonly paidOutDate: number;
  readonly cancel: { readonly canceledAt: number; readonly amount: number; readonly reason: string } | null;
};

/** Of what was read, the parts that a row is made of. The whole row is checked once it is one. */
const Read = TypeCompiler.Compile(
  Type.Object({
    approvedAt: Type.Number(),
    soldDate: Type.Integer(),
    paidOutDate: Type.Integer(),
    // Missing where the reader is of version 1.
    easyPayProvider: Type.Optional(Nullable),
    cancel: Type.Optional(Type.Union([Type.Object({ canceledAt: Type.Number() }), Type.Null()])),
  }),
);
const Row = TypeCompiler.Compile(SettlementRow);

/** @throws RangeError for a time that is no instant in UTC with ms, or a day that does not exist */
export const toWire = (row: SettlementRow): WireRow => ({
  ...row,
  approvedAt: millisOf(row.approvedAt),
  soldDate: daysOf(row.soldDate),
  paidOutDate: daysOf(row.paidOutDate),
  cancel: row.cancel && { ...row.cancel, canceledAt: millisOf(row.cancel.canceledAt) },
});

/** @throws RangeError for what was read and is no row all the same, as garbage can be */
export const fromWire = (wire: unknown): SettlementRow => {
  if (!Read.Check(wire)) throw new RangeError("its times are none");
  const row: unknown = {
    ...wire,
    approvedAt: instantOf(wire.approvedAt),
    soldDate: dayOf(wire.soldDate),
    paidOutDate: dayOf(wire.paidOutDate),
    easyPayProvider: wire.easyPayProvider ?? null,
    cancel: wire.cancel ? { ...wire.cancel, canceledAt: instantOf(wire.cancel.canceledAt) } : null,
  };
  if (Row.Check(row)) return row;
  const first = Row.Errors(row).First();
  throw new RangeError(`${first?.path}: ${first?.message}`);
};
