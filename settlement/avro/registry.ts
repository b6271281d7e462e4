/** Where schemas are kept for all who read and write a topic. */
export interface SchemaRegistry {
  /**
   * The id of a schema under a subject, registered if it is new.
   * @throws SCHEMA_INCOMPATIBLE when the registry refuses it, REGISTRY_UNAVAILABLE
   */
  register(subject: string, schema: object): Promise<number>;
  /** The schema of an id; undefined when there is none. @throws REGISTRY_UNAVAILABLE */
  schema(id: number): Promise<object | undefined>;
  /**
   * What a new version of a subject must hold against the one before. @throws REGISTRY_UNAVAILABLE
   * - BACKWARD: new readers read old rows
   * - FULL: and old readers new ones
   */
  setCompatibility(subject: string, level: "BACKWARD" | "FULL"): Promise<void>;
}
