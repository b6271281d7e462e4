import type { Type as AvroType } from "avsc";

/** Why one schema can't take the place of another; null where it can. */
export interface Compatibility {
  /** The newer reads what the older wrote: consumers may be brought up to date before the poller. */
  readonly backward: string | null;
  /** The older reads what the newer wrote: the poller may be brought up to date before the consumers. */
  readonly forward: string | null;
}

const whyNot = (reader: AvroType, writer: AvroType): string | null => {
  try {
    reader.createResolver(writer);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/**
 * Holds two versions of a schema against Avro's rules of resolution. The registry asks the same of what is registered;
 * this answers in a unit test, before anything is deployed.
 * @example compatibilityOf(rowSchemaOf(1).type, rowSchemaOf(2).type) // { backward: null, forward: null }
 */
export const compatibilityOf = (older: AvroType, newer: AvroType): Compatibility => ({
  backward: whyNot(newer, older),
  forward: whyNot(older, newer),
});
