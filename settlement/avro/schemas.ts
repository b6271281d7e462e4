import { Type as AvroType } from "avsc";
import { exactLong } from "./exact-long.ts";
import v1 from "./settlement-row.v1.json";
import v2 from "./settlement-row.v2.json";

/** A version of the row's Avro schema: the file that other languages read too, and what avsc made of it. */
export interface RowSchema {
  readonly version: number;
  /** As it stands in the file and is registered: with docs, defaults and logical types. */
  readonly json: object;
  readonly type: AvroType;
}

/**
 * Reads a schema. A branch of a union stands bare (`null`, `"text"`), not wrapped in its type's name. Throws for what
 * is no Avro schema.
 */
export const avroTypeOf = (json: object): AvroType =>
  // The file is Avro's own JSON; avsc's type for it does not take the wide types of an imported file.
  AvroType.forSchema(json as Parameters<typeof AvroType.forSchema>[0], {
    wrapUnions: "never",
    registry: { long: exactLong },
  });

/**
 * Every version there ever was, oldest first. A new one goes to the end and adds fields with defaults; those that
 * stand here don't change, since records of them lie in the log.
 */
export const rowSchemas: readonly RowSchema[] = [v1, v2].map((json, index) => ({
  version: index + 1,
  json,
  type: avroTypeOf(json),
}));

/** @throws RangeError when there is no such version */
export const rowSchemaOf = (version: number = rowSchemas.length): RowSchema => {
  const found = rowSchemas[version - 1];
  if (!found) throw new RangeError(`There is no version ${version} of the row's schema.`);
  return found;
};
