import { readFileSync } from "node:fs";
import type { Static, TObject, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** Where settings come from. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Names every problem at once; the process ends with it before it has done anything. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((one) => `  - ${one}`).join("\n")}`,
    );
  }
}

/** What the shapes of the settings can't say. */
export interface Checks<Config> {
  /** What the shape of a value can't say: whoever uses it is asked whether it will do. Throws when not. */
  readonly uses: { readonly [Name in keyof Config]?: (config: Config) => unknown };
  /** What several settings say against each other. Asked when each by itself is right. */
  contradictions(config: Config): string[];
}

/** Reads and checks all settings of a schema. Throws {@link ConfigError}. */
export const readSettings = <Schema extends TObject>(
  schema: Schema,
  env: Env,
  checks: Checks<Static<Schema>>,
): Static<Schema> => {
  const problems = [...uncheckedTls(env)];
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(schema.properties)) {
    const value = readSetting(name, env, problems);
    if (value !== undefined && value !== "") given[name] = value;
  }
  const config = Value.Convert(schema, Value.Default(schema, given)) as Static<Schema>;
  const wrong = new Set([...Value.Errors(schema, config)].map((error) => error.path.slice(1)));
  problems.push(...[...wrong].map((name) => problemOf(schema, name, Object.hasOwn(given, name))));
  problems.push(...refusals(config, checks.uses, wrong));
  if (problems.length === 0) problems.push(...checks.contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
};

/** By this variable every certificate would be taken from anybody, whatever the settings of a server say. */
const uncheckedTls = ({ NODE_TLS_REJECT_UNAUTHORIZED: said }: Env): string[] =>
  said === "0" || said === "false"
    ? [`NODE_TLS_REJECT_UNAUTHORIZED=${said} lets anybody be Toss or a server of ours: unset it.`]
    : [];

/** One line a setting, for `--help`. */
export const settingsHelp = (schema: TObject): string =>
  Object.entries(schema.properties)
    .map(
      ([name, { description, default: fallback }]) =>
        `  ${name.padEnd(27)} ${description}${fallback === undefined ? "" : ` [${fallback}]`}`,
    )
    .join("\n");

const readSetting = (name: string, env: Env, problems: string[]): string | undefined => {
  const file = env[`${name}_FILE`];
  if (!file) return env[name];
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    problems.push(`${name}_FILE names a file that can't be read.`);
    return undefined;
  }
};

/** Says what a setting must be, without repeating its value, which may be a secret. */
const problemOf = (settings: TObject, name: string, present: boolean): string => {
  const schema = settings.properties[name];
  return `${name} ${present ? `must be ${shapeOf(schema)}` : "is missing"} (${schema?.description}).`;
};

const shapeOf = (schema: TSchema | undefined): string => {
  if (schema?.anyOf) return schema.anyOf.map((one: TSchema) => one.const).join(", ");
  if (schema?.type === "integer" || schema?.type === "number") {
    const whole = schema.type === "integer" ? "whole " : "";
    return `a ${whole}number from ${schema.minimum} to ${schema.maximum}`;
  }
  return schema?.pattern ? `text that matches ${schema.pattern}` : "text that is not empty";
};

const refusals = <Config>(
  config: Config,
  uses: Checks<Config>["uses"],
  wrong: ReadonlySet<string>,
): string[] =>
  Object.entries<((config: Config) => unknown) | undefined>(uses).flatMap(([name, use]) => {
    if (wrong.has(name) || !use) return [];
    try {
      use(config);
      return [];
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
