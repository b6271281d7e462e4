import { afterAll, beforeAll, expect, test } from "bun:test";
import { registryConnection } from "../../deploy/connections/registry.ts";
import { createAuthority } from "../../deploy/servers/certificates.ts";
import { installServers, type ServerHandle, startRegistry } from "../../deploy/servers/mod.ts";
import { freePort } from "../../deploy/servers/ports.ts";
import { openRegistryDoor } from "../../deploy/servers/registry-door.ts";
import { createSecurity, type Security, SHOP } from "../../deploy/servers/security.ts";
import { readSettlementConfig } from "../../deploy/settlement-config.ts";
import { createSchemaRegistry } from "../../settlement/avro/registry.ts";
import { rejection } from "../contract/bus-fixtures.ts";
import { badPairs } from "./material.ts";

const TEST_MS = 60_000;

let security: Security;
let registry: ServerHandle;
let stranger: string;
const urls: Record<string, string> = {};
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  await installServers({ registry: true });
  security = await createSecurity();
  stranger = (await createAuthority()).ca;
  registry = await startRegistry({ secure: security.registry });
  urls.good = registry.url;
  for (const [kind, pair] of Object.entries(await badPairs(security))) {
    const tls = { ...security.registry.tls, ...pair };
    const door = openRegistryDoor(registry.url, await freePort(), { ...security.registry, tls });
    closing.push(door.close);
    urls[kind] = door.url;
  }
}, 15 * 60_000);
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await registry?.stop();
}, TEST_MS);

/** Of one with these settings, beside those that are right. */
const registerBy = (env: Readonly<Record<string, string>>) => {
  const config = readSettlementConfig({
    SCHEMA_REGISTRY_URL: urls.good,
    SCHEMA_REGISTRY_CA: security.authority.ca,
    SCHEMA_REGISTRY_USER: SHOP,
    SCHEMA_REGISTRY_PASSWORD: security.passwords.registry,
    ...env,
  });
  return createSchemaRegistry({ ...registryConnection(config), attempts: 1 }).register("rows-value", {
    type: "string",
  });
};

test(
  "register_works_byTlsAndLogin",
  async () => {
    expect(await registerBy({})).toBeGreaterThanOrEqual(0);
    const inUrl = registry.url.replace("://", `://${SHOP}:${security.passwords.registry}@`);
    const none = { SCHEMA_REGISTRY_USER: "", SCHEMA_REGISTRY_PASSWORD: "" };
    expect(await registerBy({ SCHEMA_REGISTRY_URL: inUrl, ...none })).toBeGreaterThanOrEqual(0);
  },
  TEST_MS,
);

test.each([
  ["a wrong password", () => ({ SCHEMA_REGISTRY_PASSWORD: "wr0ng" }), "CREDENTIALS_REFUSED"],
  ["no user", () => ({ SCHEMA_REGISTRY_USER: "", SCHEMA_REGISTRY_PASSWORD: "" }), "CREDENTIALS_REFUSED"],
  ["an authority that is not trusted", () => ({ SCHEMA_REGISTRY_CA: stranger }), "CONNECTION_INSECURE"],
  ["the system's authorities only", () => ({ SCHEMA_REGISTRY_CA: "" }), "CONNECTION_INSECURE"],
  ["an expired certificate", () => ({ SCHEMA_REGISTRY_URL: urls.expired ?? "" }), "CONNECTION_INSECURE"],
  [
    "a certificate of another host",
    () => ({ SCHEMA_REGISTRY_URL: urls.foreign ?? "" }),
    "CONNECTION_INSECURE",
  ],
] as const)(
  "register_isRefused: %s",
  async (_, change, code) => {
    const refusal = await rejection(registerBy(change()));
    expect(refusal).toMatchObject({ code, retryable: false });
    expect(String(refusal)).not.toContain(security.passwords.registry);
    expect(String(refusal)).not.toContain("wr0ng");
  },
  TEST_MS,
);
