import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nkeys } from "nats";
import { createNatsBus, type NatsBusOptions } from "../../actors/bus.nats.ts";
import { type Authority, createAuthority, type KeyPair } from "../../deploy/servers/certificates.ts";
import { type ServerHandle, startNats } from "../../deploy/servers/mod.ts";
import { createSecurity, type Security } from "../../deploy/servers/security.ts";
import { rejection, until } from "../contract/bus-fixtures.ts";
import { createLogBook } from "../failures/log-book.ts";
import { badPairs } from "./material.ts";

const TEST_MS = 60_000;

/** Servers that differ in their certificates alone; `demanding` wants to see ours, `plain` has none. */
const kinds = ["good", "expired", "foreign", "demanding", "plain"] as const;
type Kind = (typeof kinds)[number];

let security: Security;
let stranger: Authority;
let own: KeyPair;
const nkey = nkeys.createUser();
const servers = new Map<Kind, ServerHandle>();

beforeAll(async () => {
  security = await createSecurity();
  stranger = await createAuthority();
  own = await security.authority.issue({ name: "client" });
  const pairs = await badPairs(security);
  const { nats, authority } = security;
  // One user with all rights: here it is about who may come in.
  const users = [{ user: "all", password: security.passwords.nats.all }, { nkey: nkey.getPublicKey() }];
  const start = async (kind: Kind) => {
    const tls = {
      ...nats.tls,
      ...(kind === "expired" || kind === "foreign" ? pairs[kind] : {}),
      ...(kind === "demanding" && { clientCa: authority.ca }),
    };
    servers.set(kind, await startNats(kind === "plain" ? {} : { secure: { tls, users } }));
  };
  await Promise.all(kinds.map(start));
}, 15 * 60_000);
afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
}, TEST_MS);

const optionsOf = (kind: Kind): NatsBusOptions => ({
  urls: [(servers.get(kind)?.url ?? "").replace(/^nats:/, "tls:")],
  tls: { ca: security.authority.ca },
  credentials: { user: "all", password: security.passwords.nats.all ?? "" },
});

/** What one case changes of what is right. */
type Change = () => Partial<NatsBusOptions>;
const same: Change = () => ({});
const seedOf = (pair: typeof nkey) => ({ nkeySeed: new TextDecoder().decode(pair.getSeed()) });
const withOwn: Change = () => ({ tls: { ca: security.authority.ca, ...own } });

test.each([
  ["a certificate of a trusted authority", "good", same],
  ["a client certificate that the server asks for", "demanding", withOwn],
  ["an nkey in place of a password", "good", () => ({ credentials: seedOf(nkey) })],
] as const)(
  "createNatsBus_connects: %s",
  async (_, kind, change) => {
    const bus = await createNatsBus({ ...optionsOf(kind), ...change() });
    await bus.ready();
    await bus.close();
  },
  TEST_MS,
);

const cases: readonly (readonly [string, Kind, Change, string])[] = [
  [
    "a wrong password",
    "good",
    () => ({ credentials: { user: "all", password: "wrong" } }),
    "CREDENTIALS_REFUSED",
  ],
  ["an nkey of nobody", "good", () => ({ credentials: seedOf(nkeys.createUser()) }), "CREDENTIALS_REFUSED"],
  ["an authority that is not trusted", "good", () => ({ tls: { ca: stranger.ca } }), "CONNECTION_INSECURE"],
  ["the system's authorities only", "good", () => ({ tls: {} }), "CONNECTION_INSECURE"],
  ["an expired certificate", "expired", same, "CONNECTION_INSECURE"],
  ["a certificate of another host", "foreign", same, "CONNECTION_INSECURE"],
  ["a server without TLS", "plain", same, "CONNECTION_INSECURE"],
];

test.each(cases)(
  "createNatsBus_isRefused: %s",
  async (_, kind, change, code) => {
    const refusal = await rejection(createNatsBus({ ...optionsOf(kind), ...change() }));
    expect(refusal).toMatchObject({ code, retryable: false });
  },
  TEST_MS,
);

test(
  "createNatsBus_isRefusedAndSaysWhatLacks_noClientCertificate",
  async () => {
    const refusal = await rejection(createNatsBus(optionsOf("demanding")));
    // TLS 1.3 tells of it only after the handshake: seen in time or not, it is named.
    expect(refusal).toMatchObject({ code: expect.stringMatching(/^(CONNECTION_INSECURE|BUS_UNAVAILABLE)$/) });
    expect(String(refusal)).toContain("client certificate");
  },
  TEST_MS,
);

describe("a server that comes back with an expired certificate", () => {
  test(
    "ready_saysWhy_untilItHasAGoodOne",
    async () => {
      const server = servers.get("good");
      if (!server) throw new Error("no server");
      const log = createLogBook();
      const bus = await createNatsBus({ ...optionsOf("good"), log });
      const { expired } = await badPairs(security);
      const restartWith = async ({ cert, key }: KeyPair) => {
        await writeFile(join(dirname(server.logFile), "server-cert.pem"), cert);
        await writeFile(join(dirname(server.logFile), "server-key.pem"), key);
        await server.restart();
      };
      await restartWith(expired);
      await until(() =>
        log.lines.some(({ fields }) => "code" in fields && fields.code === "CONNECTION_INSECURE"),
      );
      // Away as any bus is: no command is given up over it.
      expect(await rejection(bus.ready())).toMatchObject({
        code: "BUS_UNAVAILABLE",
        message: expect.stringContaining("CONNECTION_INSECURE: its certificate has expired"),
      });
      await restartWith(security.nats.tls);
      await until(() =>
        bus.ready().then(
          () => true,
          () => false,
        ),
      );
      await bus.close();
    },
    TEST_MS,
  );
});
