import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Type as AvroType } from "avsc";

/** Walks over one value from `at` and returns where it ends. @throws RangeError when it does not end in the bytes */
export type Walk = (bytes: Uint8Array, at: number) => number;

const Union = Type.Array(Type.Unknown());
const Record = Type.Object({
  type: Type.Literal("record"),
  name: Type.String(),
  fields: Type.Array(Type.Object({ type: Type.Unknown() })),
});
const List = Type.Object({ type: Type.Literal("array"), items: Type.Unknown() });
const Dictionary = Type.Object({ type: Type.Literal("map"), values: Type.Unknown() });
const Enum = Type.Object({
  type: Type.Literal("enum"),
  name: Type.String(),
  symbols: Type.Array(Type.String()),
});
const Fixed = Type.Object({ type: Type.Literal("fixed"), name: Type.String(), size: Type.Integer() });

/** Set by `readLong`, which returns where the number ends: no pair is made for each. */
let long = 0;

const readLong: Walk = (bytes, at) => {
  let value = 0;
  let factor = 1;
  for (let index = at; index < at + 10; index++) {
    const byte = bytes[index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80) {
      long = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      return index + 1;
    }
  }
  throw new RangeError("a number in it does not end");
};

const fits = (bytes: Uint8Array, end: number): number => {
  if (end <= bytes.length) return end;
  throw new RangeError("it is cut off, or a length in it is wrong");
};

const walkText: Walk = (bytes, at) => {
  const begin = readLong(bytes, at);
  if (long < 0) throw new RangeError("a text in it has a length below zero");
  return fits(bytes, begin + long);
};

/** Of arrays and maps. Items take a byte at least: there are no arrays of nothing here. */
const walkBlocks =
  (item: Walk): Walk =>
  (bytes, at) => {
    let end = at;
    for (;;) {
      end = readLong(bytes, end);
      let count = Math.abs(long);
      if (count === 0) return end;
      if (long < 0) end = readLong(bytes, end);
      if (count > bytes.length - end)
        throw new RangeError("a list in it says that it is longer than all of it");
      for (; count > 0; count--) end = item(bytes, end);
    }
  };

const walkOneOf =
  (branches: readonly Walk[]): Walk =>
  (bytes, at) => {
    const end = readLong(bytes, at);
    const branch = branches[long];
    if (!branch) throw new RangeError("a union in it names a branch that it does not have");
    return branch(bytes, end);
  };

const nothing: Walk = (_, at) => at;

/**
 * Makes what checks, before avsc reads a record, that all lengths and counts in it stay within it. avsc believes them:
 * out of a few damaged bytes it would make a list of thousands of millions of items, and a consumer that meets such a
 * record would hang at it for ever instead of putting it aside.
 */
export const walkOf = (type: AvroType): Walk => {
  const named = new Map<string, Walk>([
    ["null", nothing],
    ["boolean", (bytes, at) => fits(bytes, at + 1)],
    ["int", readLong],
    ["long", readLong],
    ["float", (bytes, at) => fits(bytes, at + 4)],
    ["double", (bytes, at) => fits(bytes, at + 8)],
    ["string", walkText],
    ["bytes", walkText],
  ]);

  const build = (schema: unknown): Walk => {
    if (typeof schema === "string") {
      const known = named.get(schema);
      if (known) return known;
    } else if (Value.Check(Union, schema)) {
      return walkOneOf(schema.map(build));
    } else if (Value.Check(Record, schema)) {
      let fields: readonly Walk[] = [];
      const walk: Walk = (bytes, at) => {
        let end = at;
        for (const field of fields) end = field(bytes, end);
        return end;
      };
      // Before its fields: one of them may be of the same type.
      named.set(schema.name, walk);
      fields = schema.fields.map((field) => build(field.type));
      return walk;
    } else if (Value.Check(List, schema)) {
      return walkBlocks(build(schema.items));
    } else if (Value.Check(Dictionary, schema)) {
      const value = build(schema.values);
      return walkBlocks((bytes, at) => value(bytes, walkText(bytes, at)));
    } else if (Value.Check(Enum, schema)) {
      const walk = walkOneOf(schema.symbols.map(() => nothing));
      named.set(schema.name, walk);
      return walk;
    } else if (Value.Check(Fixed, schema)) {
      const walk: Walk = (bytes, at) => fits(bytes, at + schema.size);
      named.set(schema.name, walk);
      return walk;
    }
    throw new RangeError(`the schema has a part that is not known here: ${JSON.stringify(schema)}`);
  };
  // Without docs and defaults, and with every name in full.
  return build(type.schema());
};
