import { type Static, Type } from "@sinclair/typebox";
import type { SchemaRegistryOptions } from "../../settlement/avro/registry.ts";
import { Url } from "../setting-types.ts";
import { pemCa, plainProblems, tlsMaterial, tlsProblems } from "./tls.ts";

export const registrySettings = {
  SCHEMA_REGISTRY_URL: Type.Optional(Url("https?", "Schema registry, by Confluent's HTTP API")),
  SCHEMA_REGISTRY_CA: pemCa("the registry"),
  SCHEMA_REGISTRY_USER: Type.Optional(Type.String({ description: "User at the registry" })),
  SCHEMA_REGISTRY_PASSWORD: Type.Optional(Type.String({ description: "Its password. Secret" })),
} as const;

const RegistrySettings = Type.Object(registrySettings);
export type RegistryConfig = Static<typeof RegistrySettings>;

/** What its settings say against each other. */
export const registryProblems = (config: RegistryConfig): string[] => {
  const { SCHEMA_REGISTRY_USER: user, SCHEMA_REGISTRY_PASSWORD: password } = config;
  const url = URL.parse(config.SCHEMA_REGISTRY_URL ?? "");
  const tls = url?.protocol === "https:";
  const problems = tlsProblems("SCHEMA_REGISTRY", tlsMaterial(config.SCHEMA_REGISTRY_CA), {
    tls,
    how: "SCHEMA_REGISTRY_URL=https://…",
  });
  if (user !== undefined && password === undefined) {
    problems.push("SCHEMA_REGISTRY_USER needs SCHEMA_REGISTRY_PASSWORD.");
  }
  if (password !== undefined && user === undefined) {
    problems.push("SCHEMA_REGISTRY_PASSWORD needs SCHEMA_REGISTRY_USER.");
  }
  if (user !== undefined && url?.username) {
    problems.push("SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_URL with a user don't go together.");
  }
  if (url && !tls && (user !== undefined || url.username)) {
    problems.push(
      ...plainProblems("The registry's password", [url.hostname], "SCHEMA_REGISTRY_URL=https://…"),
    );
  }
  return problems;
};

/** How to connect as configured. Called with a SCHEMA_REGISTRY_URL only. */
export const registryConnection = (config: RegistryConfig): SchemaRegistryOptions => {
  const { SCHEMA_REGISTRY_USER: user, SCHEMA_REGISTRY_PASSWORD: password, SCHEMA_REGISTRY_CA: ca } = config;
  return {
    url: config.SCHEMA_REGISTRY_URL ?? "",
    ...(ca !== undefined && { ca }),
    ...(user !== undefined && password !== undefined && { login: { user, password } }),
  };
};
