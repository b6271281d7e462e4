import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, Events, type NatsConnection } from "nats";
import { createNatsBus, makeNatsStreams } from "../../actors/bus.nats.ts";
import { writeNatsConfig } from "../../deploy/nats/config.ts";
import { type NatsRole, natsPermissions, natsRoles } from "../../deploy/nats/permissions.ts";
import { type ServerHandle, startNats } from "../../deploy/servers/mod.ts";
import { installNats } from "../../deploy/servers/nats.ts";
import { createSecurity, type Security } from "../../deploy/servers/security.ts";
import { rejection } from "../contract/bus-fixtures.ts";

const TEST_MS = 60_000;

let nats: ServerHandle;
let security: Security;

const loginOf = (role: NatsRole) => ({ user: role, password: security.passwords.nats[role] ?? "" });
const tls = () => ({ ca: security.authority.ca });

const connectAs = (role: NatsRole): Promise<NatsConnection> => {
  const { user, password } = loginOf(role);
  const inboxPrefix = `orders.inbox.${role}`;
  return connect({ servers: nats.url, tls: tls(), user, pass: password, inboxPrefix, reconnect: false });
};

const makeStreams = () =>
  makeNatsStreams({ urls: [nats.url], tls: tls(), credentials: loginOf("admin"), role: "admin" });

/** Nobody may publish to it, so that its refusal tells that all before it is answered. */
const LAST = "nobody.may";

/** The subjects that the server refuses of those that `act` uses, in the order of which it answers. */
const denied = async (role: NatsRole, act: (nc: NatsConnection) => void): Promise<ReadonlySet<string>> => {
  const nc = await connectAs(role);
  const subjects = new Set<string>();
  const watch = async () => {
    for await (const { type, permissionContext } of nc.status()) {
      if (type === Events.Error && permissionContext) subjects.add(permissionContext.subject);
      if (subjects.has(LAST)) return;
    }
  };
  const watching = watch();
  act(nc);
  nc.publish(LAST);
  await watching;
  await nc.close();
  return subjects;
};

const verdicts = async (
  table: Readonly<Record<string, readonly NatsRole[]>>,
  role: NatsRole,
  use: (nc: NatsConnection, subject: string) => void,
) => {
  const subjects = Object.keys(table);
  const refused = await denied(role, (nc) => {
    for (const subject of subjects) use(nc, subject);
  });
  return Object.fromEntries(
    subjects.map((subject) => [subject, refused.has(subject) ? "denied" : "allowed"]),
  );
};

beforeAll(async () => {
  security = await createSecurity();
  nats = await startNats({ secure: security.nats });
}, 15 * 60_000);
afterAll(() => nats?.stop(), TEST_MS);

describe("streams", () => {
  test(
    "createNatsBus_isRefused_streamsAreMissingAndTheRoleMayNotMakeThem",
    async () => {
      for (const role of ["gateway", "runtime", "all"] as const) {
        const refusal = await rejection(
          createNatsBus({ urls: [nats.url], tls: tls(), credentials: loginOf(role), role }),
        );
        expect(refusal).toMatchObject({
          code: "CREDENTIALS_REFUSED",
          message: expect.stringContaining("nats:streams"),
        });
      }
    },
    TEST_MS,
  );

  test(
    "makeNatsStreams_makesThem_andChangesNothingTheSecondTime",
    async () => {
      await makeStreams();
      await makeStreams();
      for (const role of ["gateway", "runtime", "all"] as const) {
        const bus = await createNatsBus({ urls: [nats.url], tls: tls(), credentials: loginOf(role), role });
        await bus.ready();
        await bus.close();
      }
    },
    TEST_MS,
  );
});

/** By subject: who may publish to it. Everybody else may not. */
const publications: Readonly<Record<string, readonly NatsRole[]>> = {
  "orders.cmd.3.order-1.digest": ["all", "gateway"],
  "orders.evt.order-1.order.placed": ["all", "runtime"],
  "orders.reply.someone": ["all", "runtime"],
  "orders.dlq.order-1.digest": ["all", "runtime"],
  "orders.inbox.gateway.answer": [],
  "some.other.subject": [],
  "$JS.ACK.ORDERS_CMD_3.worker-3.1.1.1.1.1": ["all", "runtime"],
  "$JS.ACK.ORDERS_EVT.some.1.1.1.1.1": [],
  "$JS.API.CONSUMER.MSG.NEXT.ORDERS_CMD_3.worker-3": ["all", "runtime"],
  "$JS.API.CONSUMER.MSG.NEXT.ORDERS_EVT.some": [],
  "$JS.API.CONSUMER.CREATE.ORDERS_EVT.some.orders.evt.>": [],
  "$JS.API.CONSUMER.DELETE.ORDERS_CMD_3.worker-3": [],
  "$JS.API.STREAM.MSG.GET.ORDERS_CMD_3": ["all", "gateway"],
  "$JS.API.STREAM.MSG.GET.ORDERS_EVT": [],
  "$JS.API.STREAM.MSG.DELETE.ORDERS_DLQ": ["all", "gateway"],
  "$JS.API.STREAM.MSG.DELETE.ORDERS_CMD_3": [],
  "$JS.API.STREAM.MSG.DELETE.ORDERS_EVT": [],
  "$JS.API.STREAM.PURGE.ORDERS_CMD_3": [],
  "$JS.API.STREAM.PURGE.ORDERS_EVT": [],
  "$JS.API.STREAM.PURGE.ORDERS_DLQ": [],
  "$JS.API.STREAM.DELETE.ORDERS_CMD_3": [],
  "$JS.API.STREAM.DELETE.ORDERS_EVT": [],
  "$JS.API.STREAM.CREATE.ORDERS_EVT": ["admin"],
  "$JS.API.STREAM.UPDATE.ORDERS_EVT": ["admin"],
  "$JS.API.STREAM.CREATE.MINE": [],
  "$JS.API.STREAM.SNAPSHOT.ORDERS_EVT": [],
};

const subscriptions: Readonly<Record<string, readonly NatsRole[]>> = {
  "orders.evt.>": ["all", "gateway", "observer"],
  "orders.evt.order-1.>": ["all", "gateway", "observer"],
  "orders.cmd.>": [],
  "orders.cmd.3.>": [],
  "orders.dlq.>": [],
  "orders.reply.*": ["all", "gateway"],
  "orders.inbox.gateway.>": ["gateway"],
  "orders.inbox.runtime.>": ["runtime"],
  "$JS.EVENT.>": [],
  ">": [],
};

describe.each(natsRoles)("the role %s", (role) => {
  test(
    "publish_isAllowedOrDenied_bySubject",
    async () => {
      // Empty, and without a subject to answer on: what is let through does nothing.
      const found = await verdicts(publications, role, (nc, subject) => nc.publish(subject));
      expect(found).toEqual(expected(publications, role));
    },
    TEST_MS,
  );

  test(
    "subscribe_isAllowedOrDenied_bySubject",
    async () => {
      const found = await verdicts(subscriptions, role, (nc, subject) => {
        nc.subscribe(subject, { callback: () => {} });
      });
      expect(found).toEqual(expected(subscriptions, role));
    },
    TEST_MS,
  );
});

const expected = (table: Readonly<Record<string, readonly NatsRole[]>>, role: NatsRole) =>
  Object.fromEntries(
    Object.entries(table).map(([subject, allowed]) => [
      subject,
      allowed.includes(role) ? "allowed" : "denied",
    ]),
  );

test("natsPermissions_nameOnlySubjectsOfTheirPrefix_anotherShopOnTheServer", () => {
  for (const role of natsRoles) {
    const text = JSON.stringify(natsPermissions(role, "second"));
    expect(text).not.toMatch(/orders\.|ORDERS_/);
  }
});

test(
  "connect_isRefused_noUser",
  async () => {
    const refusal = await rejection(createNatsBus({ urls: [nats.url], tls: tls() }));
    expect(refusal).toMatchObject({ code: "CREDENTIALS_REFUSED" });
  },
  TEST_MS,
);

test(
  "writeNatsConfig_isTakenByTheServer_andKeepsPasswords",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "jumun-secure-"));
    await writeNatsConfig(folder, "orders");
    const password = readFileSync(join(folder, "gateway.password"), "utf8");
    await writeNatsConfig(folder, "orders");
    expect(readFileSync(join(folder, "gateway.password"), "utf8")).toBe(password);
    expect(readFileSync(join(folder, "authorization.conf"), "utf8")).not.toContain(password.trim());

    writeFileSync(join(folder, "nats.conf"), "listen: 127.0.0.1:-1\ninclude ./authorization.conf\n");
    const checked = Bun.spawnSync([await installNats(), "-t", "-c", join(folder, "nats.conf")]);
    expect(checked.stderr.toString()).toContain("is valid");
    expect(checked.exitCode).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  },
  TEST_MS,
);
