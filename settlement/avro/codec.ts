import { TerminalSettlementError } from "../errors.ts";
import type { RowCodec } from "../ports.ts";
import { createReadBy, type ReadBy, unreadable } from "./decode.ts";
import { createEncoder } from "./encode.ts";
import type { SchemaRegistry } from "./registry.ts";
import { rowSchemaOf, rowSchemas } from "./schemas.ts";
import { fingerprintId, isFingerprintId, readHeader } from "./wire-format.ts";

export interface RowCodecOptions {
  /** Gives schemas their ids and knows those of other writers. When absent, ids are made from the schemas. */
  readonly registry?: SchemaRegistry;
  /**
   * The rows' topic: with a registry the schema is registered under `<topic>-value`, as Confluent's clients do, and
   * the subject is held to FULL compatibility if nobody chose another level. Left out by who only reads, and then
   * `encode` refuses.
   */
  readonly topic?: string;
  /** Of the schema that rows are written by and read as. The newest, unless a rollout holds it back. */
  readonly version?: number;
}

/**
 * Rows to records and back. What any known writer wrote is read as one's own version has it: what the writer did not
 * know yet is null, and what the reader does not know is left out.
 *
 * @throws SCHEMA_INCOMPATIBLE, REGISTRY_UNAVAILABLE, only with a registry
 * @example
 * const codec = await createRowCodec({ topic: "settlement-rows", registry });
 * await codec.decode(codec.encode(row)); // row
 */
export const createRowCodec = async (options: RowCodecOptions = {}): Promise<RowCodec> => {
  const { registry, topic, version } = options;
  const own = rowSchemaOf(version);
  const readers = new Map<number, ReadBy>();
  const fetching = new Map<number, Promise<ReadBy>>();
  for (const { json, type } of rowSchemas) readers.set(fingerprintId(type), createReadBy(json, own));

  let id: number | undefined = fingerprintId(own.type);
  if (registry) {
    id = topic === undefined ? undefined : await register(registry, `${topic}-value`, own.json);
    if (id !== undefined) readers.set(id, createReadBy(own.json, own));
  }

  const readerOf = async (id: number): Promise<ReadBy> => {
    if (!registry || isFingerprintId(id)) {
      throw unreadable(
        isFingerprintId(id)
          ? `its schema, with the fingerprint ${id.toString(16)}, is none of the ${rowSchemas.length} known here`
          : `its schema has the id ${id} of a registry, and none is set: see that SCHEMA_REGISTRY_URL is`,
      );
    }
    const schema = await registry.schema(id);
    if (!schema) throw unreadable(`the registry has no schema ${id}`);
    const reader = createReadBy(schema, own);
    readers.set(id, reader);
    return reader;
  };
  /** One question for all records that wait for the same schema. */
  const fetchOnce = (id: number): Promise<ReadBy> => {
    const running = fetching.get(id);
    if (running) return running;
    const begun = readerOf(id).finally(() => fetching.delete(id));
    fetching.set(id, begun);
    return begun;
  };

  return {
    encode: id === undefined ? refuseToWrite : createEncoder(own, id),
    decode(value) {
      const record = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      const id = readHeader(record);
      if (id === undefined) throw unreadable("it does not begin with Avro's header");
      const known = readers.get(id);
      return known ? known(record) : fetchOnce(id).then((reader) => reader(record));
    },
  };
};

/** Some registries take any version of a subject unless told otherwise, which would protect nobody's readers. */
const register = async (registry: SchemaRegistry, subject: string, schema: object): Promise<number> => {
  const level = (await registry.compatibility(subject)) ?? "NONE";
  if (level === "NONE") await registry.setCompatibility(subject, "FULL");
  return registry.register(subject, schema);
};

const refuseToWrite = (): never => {
  throw new TerminalSettlementError("CONFIG_INVALID", {
    message:
      "This codec was made to read rows only, and has no schema id to write under. Nothing was written. " +
      "Make it with the topic that the rows go to.",
  });
};
