import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { TerminalSettlementError } from "../errors.ts";
import { createRegistryCall } from "./registry-call.ts";

/** What a new version of a subject must hold against the one before. */
export type CompatibilityLevel =
  /** Any version is taken. */
  | "NONE"
  /** New readers read old rows. */
  | "BACKWARD"
  /** And old readers read new ones, so that poller and consumers can be brought up to date in any order. */
  | "FULL";

/**
 * Where schemas are kept for all who read and write a topic. All calls throw REGISTRY_UNAVAILABLE when the registry is
 * away, CREDENTIALS_REFUSED when it refuses us, CONNECTION_INSECURE when its certificate is no good, and CONFIG_INVALID
 * when it is none.
 */
export interface SchemaRegistry {
  /**
   * The id of a schema under a subject, registered if it is new.
   * @throws SCHEMA_INCOMPATIBLE when the registry refuses it
   */
  register(subject: string, schema: object): Promise<number>;
  /** The schema of an id, asked for once; undefined when there is none. */
  schema(id: number): Promise<object | undefined>;
  /** What the subject is held to, as the registry calls it; undefined when nobody chose. */
  compatibility(subject: string): Promise<string | undefined>;
  setCompatibility(subject: string, level: CompatibilityLevel): Promise<void>;
}

export interface SchemaRegistryOptions {
  /**
   * Of Confluent's HTTP API, with user and password if it asks for them: `https://user:secret@registry.example`. For
   * Apicurio it ends in `/apis/ccompat/v7`.
   */
  readonly url: string;
  /** PEM text of the authorities to trust instead of the system's. */
  readonly ca?: string;
  /** In place of one in the address. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Tries before REGISTRY_UNAVAILABLE, with longer and longer waits between. */
  readonly attempts?: number;
  /** Of one try, in ms. */
  readonly timeoutMs?: number;
}

const Registered = Type.Object({ id: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }) });
/** `schemaType` is left out for Avro. */
const Schema = Type.Object({ schema: Type.String(), schemaType: Type.Optional(Type.String()) });
const Level = Type.Object({ compatibilityLevel: Type.String() });
const Json = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Array(Type.Unknown())]);

/** "Schema not found", beside other reasons for a 404, such as an address that is not the API's. */
const NO_SUCH_SCHEMA = 40_403;

/**
 * A schema registry through Confluent's HTTP API, which Apicurio, Karapace and Redpanda speak too. Nothing is asked
 * before the first call.
 * @example
 * const registry = createSchemaRegistry({ url: "http://127.0.0.1:8081" });
 * const id = await registry.register("settlement-rows-value", rowSchemaOf().json);
 */
export const createSchemaRegistry = (options: SchemaRegistryOptions): SchemaRegistry => {
  const call = createRegistryCall(options);
  const known = new Map<number, object>();
  const pathOf = (subject: string) => encodeURIComponent(subject);

  return {
    async register(subject, schema) {
      const answer = await call("POST", `/subjects/${pathOf(subject)}/versions`, {
        schema: JSON.stringify(schema),
      });
      if (answer.status === 409 || answer.status === 422) {
        throw new TerminalSettlementError("SCHEMA_INCOMPATIBLE", {
          message:
            `The registry does not take this version of the schema ${subject}: ${answer.message}. Nothing was ` +
            "registered or produced. Add fields with defaults only, or register what is there under a new topic.",
        });
      }
      return answer.read(Registered).id;
    },

    async schema(id) {
      const found = known.get(id);
      if (found) return found;
      const answer = await call("GET", `/schemas/ids/${id}`);
      if (answer.status === 404 && answer.code === NO_SUCH_SCHEMA) return undefined;
      const { schema, schemaType = "AVRO" } = answer.read(Schema);
      // Whoever reads it finds that it can't: an id never gets another schema.
      const json = schemaType === "AVRO" ? parsed(schema) : { type: schemaType };
      known.set(id, json);
      return json;
    },

    async compatibility(subject) {
      const answer = await call("GET", `/config/${pathOf(subject)}`);
      // There is no such subject yet, or nothing was set for it: the codes differ between registries.
      if (answer.status === 404 && answer.code !== undefined) return undefined;
      return answer.read(Level).compatibilityLevel;
    },

    async setCompatibility(subject, level) {
      const answer = await call("PUT", `/config/${pathOf(subject)}`, { compatibility: level });
      answer.read(Type.Unknown());
    },
  };
};

/**
 * A schema can be a bare name, such as `"string"`. What can't be read at all is kept as a type that there is none of,
 * so that its records are found unreadable.
 */
const parsed = (schema: string): object => {
  try {
    const json: unknown = JSON.parse(schema);
    return Value.Check(Json, json) ? json : { type: json };
  } catch {
    return { type: schema };
  }
};
