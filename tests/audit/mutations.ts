import fc from "fast-check";

/** One way of writing past Jumun: where, and what is done there, as numbers that find their place in any value. */
export interface Mutation {
  readonly where: number;
  readonly how: number;
  readonly other: number;
}

export const mutations: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(1_000_000),
  how: fc.nat(1_000_000),
  other: fc.nat(1_000_000),
});

type Change = () => void;

const pick = <T>(all: readonly T[], number: number): T | undefined => all[number % all.length];

const another = (value: unknown): unknown => {
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  return value === null ? "x" : null;
};

/** Every change of one field or element within a value. */
const changesIn = (value: unknown, other: number): Change[] => {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) {
    return [
      ...value.flatMap((part, index): Change[] => [
        () => void value.splice(index, 1),
        () => void value.splice(other % (value.length + 1), 0, structuredClone(part)),
        () => {
          const second = other % value.length;
          [value[index], value[second]] = [value[second], value[index]];
        },
        ...changesIn(part, other),
      ]),
      ...(value.length > 0 ? [() => void value.splice(other % value.length)] : []),
    ];
  }
  const fields = value as Record<string, unknown>;
  return Object.keys(fields).flatMap((key): Change[] => [
    () => void delete fields[key],
    () => {
      fields[key] = another(fields[key]);
    },
    () => {
      fields.inserted = fields[key];
    },
    ...changesIn(fields[key], other),
  ]);
};

/** The value with one thing in it changed; undefined when the change left it as it was. */
export const mutated = <T>(value: T, { where, other }: Mutation): T | undefined => {
  const copy = structuredClone(value);
  pick(changesIn(copy, other), where)?.();
  return Bun.deepEquals(copy, value, true) ? undefined : copy;
};
