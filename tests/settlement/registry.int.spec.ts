import { afterEach, describe, expect, test } from "bun:test";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { createSchemaRegistry } from "../../settlement/avro/registry.ts";
import { rowSchemaOf } from "../../settlement/avro/schemas.ts";
import { readHeader } from "../../settlement/avro/wire-format.ts";
import type { RowCodec } from "../../settlement/ports.ts";
import { cancelRow, plainRow } from "./avro-rows.ts";
import { uniqueName } from "./log-adapters.ts";
import { rejection } from "./log-fixtures.ts";

/** Throws when there is none: a registry that was not tried must not look as if it had passed. */
const registryUrl = (): string => {
  const url = process.env.SCHEMA_REGISTRY_URL;
  if (url) return url;
  throw new Error(
    "The tests of the schema registry need one. Run `bun run test`, which starts it, or `bun run up:servers` and set " +
      "SCHEMA_REGISTRY_URL to the address that it prints.",
  );
};

const recordSchema = (...fields: object[]) => ({ type: "record", name: "Row", fields });
const amount = { name: "amount", type: "long" };
const withoutDefault = { name: "currency", type: "string" };
const withDefault = { ...withoutDefault, default: "KRW" };

describe("schema registry", () => {
  test("register_isTheSameId_sameSchemaAgain", async () => {
    const subject = `${uniqueName()}-value`;
    const [one, other] = [
      createSchemaRegistry({ url: registryUrl() }),
      createSchemaRegistry({ url: registryUrl() }),
    ];
    const id = await one.register(subject, rowSchemaOf().json);
    expect(id).toBeGreaterThan(0);
    expect(await one.register(subject, rowSchemaOf().json)).toBe(id);
    expect(await other.register(subject, rowSchemaOf().json)).toBe(id);
  });

  test("register_isOneId_severalAtOnce", async () => {
    const subject = `${uniqueName()}-value`;
    const ids = await Promise.all(
      Array.from({ length: 6 }, () =>
        createSchemaRegistry({ url: registryUrl() }).register(subject, recordSchema(amount)),
      ),
    );
    expect(new Set(ids).size).toBe(1);
  });

  test("schema_isWhatWasRegistered_byItsId", async () => {
    const registry = createSchemaRegistry({ url: registryUrl() });
    const id = await registry.register(`${uniqueName()}-value`, rowSchemaOf().json);
    expect(await createSchemaRegistry({ url: registryUrl() }).schema(id)).toEqual(rowSchemaOf().json);
  });

  test("schema_isUndefined_idOfNone", async () => {
    expect(await createSchemaRegistry({ url: registryUrl() }).schema(2_000_000_000)).toBeUndefined();
  });

  test("register_refuses_incompatibleSchema", async () => {
    const subject = `${uniqueName()}-value`;
    const registry = createSchemaRegistry({ url: registryUrl() });
    await registry.setCompatibility(subject, "FULL");
    expect(await registry.compatibility(subject)).toBe("FULL");
    const first = await registry.register(subject, recordSchema(amount));

    const refused = await rejection(registry.register(subject, recordSchema(amount, withoutDefault)));
    expect(refused).toMatchObject({
      code: "SCHEMA_INCOMPATIBLE",
      retryable: false,
      message: expect.stringContaining(subject),
    });
    expect(await rejection(registry.register(subject, recordSchema(withDefault)))).toMatchObject({
      code: "SCHEMA_INCOMPATIBLE",
    });
    // What was refused left nothing behind, and a compatible version is taken.
    expect(await registry.register(subject, recordSchema(amount))).toBe(first);
    expect(await registry.register(subject, recordSchema(amount, withDefault))).not.toBe(first);
  });

  test("register_refuses_whatIsNoSchema", async () => {
    const registry = createSchemaRegistry({ url: registryUrl() });
    const refused = await rejection(registry.register(`${uniqueName()}-value`, { type: "nonsense" }));
    expect(refused).toMatchObject({ code: "SCHEMA_INCOMPATIBLE" });
  });

  test("compatibility_isUndefined_nobodyChose", async () => {
    const registry = createSchemaRegistry({ url: registryUrl() });
    expect(await registry.compatibility(`${uniqueName()}-value`)).toBeUndefined();
  });
});

describe("row codec with a registry", () => {
  const codecOf = (topic: string, version?: number): Promise<RowCodec> =>
    createRowCodec({
      ...{ topic, registry: createSchemaRegistry({ url: registryUrl() }) },
      ...(version !== undefined && { version }),
    });

  test("encode_bearsTheRegistrysId_confluentsFormat", async () => {
    const topic = uniqueName();
    const codec = await codecOf(topic);
    const id = await createSchemaRegistry({ url: registryUrl() }).register(
      `${topic}-value`,
      rowSchemaOf().json,
    );
    expect(readHeader(Buffer.from(codec.encode(plainRow)))).toBe(id);
    expect(await codec.decode(codec.encode(cancelRow))).toEqual(cancelRow);
  });

  test("decode_asksForTheWritersSchema_otherVersion", async () => {
    const topic = uniqueName();
    const [old, current] = [await codecOf(topic, 1), await codecOf(topic)];
    const expected = { ...cancelRow, easyPayProvider: null, cancel: null };
    expect(readHeader(Buffer.from(old.encode(plainRow)))).not.toBe(
      readHeader(Buffer.from(current.encode(plainRow))),
    );
    expect(await current.decode(old.encode(cancelRow))).toEqual(expected);
    expect(await old.decode(current.encode(cancelRow))).toEqual(expected);
  });

  test("decode_readsAVersionOfTheFuture_itsSchemaIsRegistered", async () => {
    const topic = uniqueName();
    const current = await codecOf(topic);
    const registry = createSchemaRegistry({ url: registryUrl() });
    const { fields } = JSON.parse(JSON.stringify(rowSchemaOf().json)) as { fields: object[] };
    const future = {
      ...rowSchemaOf().json,
      fields: [
        ...fields,
        { name: "kind", type: { type: "enum", name: "Kind", symbols: ["A", "B"] }, default: "A" },
        { name: "notes", type: { type: "map", values: "string" }, default: {} },
      ],
    };
    const id = await registry.register(`${topic}-value`, future);
    const record = Buffer.concat([
      current.encode(cancelRow),
      // B, and a map of one entry: a → b.
      Uint8Array.from([2, 2, 2, 97, 2, 98, 0]),
    ]);
    record.writeUInt32BE(id, 1);
    expect(await current.decode(record)).toEqual(cancelRow);
  });

  test("decode_readsRows_thatWereWrittenWithoutARegistry", async () => {
    const [without, withOne] = [await createRowCodec(), await codecOf(uniqueName())];
    expect(await withOne.decode(without.encode(cancelRow))).toEqual(cancelRow);
  });

  test("decode_isUnreadable_idOfNoSchemaOrOfAnother", async () => {
    const topic = uniqueName();
    const codec = await codecOf(topic);
    const other = await createSchemaRegistry({ url: registryUrl() }).register(
      `${uniqueName()}-value`,
      recordSchema(amount),
    );
    for (const id of [2_000_000_000, other]) {
      const record = Buffer.from(codec.encode(plainRow));
      record.writeUInt32BE(id, 1);
      expect(await rejection(Promise.resolve(codec.decode(record)))).toMatchObject({
        code: "RECORD_UNREADABLE",
      });
    }
  });

  test("createRowCodec_refuses_topicHasAnIncompatibleSchema", async () => {
    const topic = uniqueName();
    const registry = createSchemaRegistry({ url: registryUrl() });
    await registry.register(`${topic}-value`, {
      ...rowSchemaOf().json,
      fields: [{ name: "amount", type: "string" }],
    });
    expect(await rejection(codecOf(topic))).toMatchObject({ code: "SCHEMA_INCOMPATIBLE" });
  });

  test("createRowCodec_holdsTheSubjectToFull_unlessSomebodyChose", async () => {
    const registry = createSchemaRegistry({ url: registryUrl() });
    const [free, chosen] = [uniqueName(), uniqueName()];
    await registry.setCompatibility(`${chosen}-value`, "BACKWARD");
    await Promise.all([codecOf(free), codecOf(chosen)]);
    expect(await registry.compatibility(`${free}-value`)).toBe("FULL");
    expect(await registry.compatibility(`${chosen}-value`)).toBe("BACKWARD");
  });

  test("encode_refuses_codecThatOnlyReads", async () => {
    const reader = await createRowCodec({ registry: createSchemaRegistry({ url: registryUrl() }) });
    expect(() => reader.encode(plainRow)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    const writer = await codecOf(uniqueName());
    expect(await reader.decode(writer.encode(plainRow))).toEqual(plainRow);
  });
});

describe("schema registry in trouble", () => {
  const servers: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  /** A registry that answers as the test says, and what it was asked. */
  const answering = (answer: (request: Request, call: number) => Response | Promise<Response>) => {
    const requests: { readonly path: string; readonly authorization: string | null }[] = [];
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        requests.push({
          path: new URL(request.url).pathname,
          authorization: request.headers.get("authorization"),
        });
        return answer(request, requests.length);
      },
    });
    servers.push({ stop: () => server.stop(true) });
    return { url: `http://127.0.0.1:${server.port}/api/`, requests };
  };

  test("register_triesAgain_registryComesBack", async () => {
    const { url, requests } = answering((_, call) =>
      call < 3 ? new Response("", { status: 503 }) : Response.json({ id: 7 }),
    );
    expect(await createSchemaRegistry({ url }).register("rows-value", recordSchema(amount))).toBe(7);
    expect(requests.map(({ path }) => path)).toEqual(Array(3).fill("/api/subjects/rows-value/versions"));
  });

  test("register_isUnavailable_after5xxEachTime", async () => {
    const { url, requests } = answering(() => new Response("", { status: 500 }));
    const registry = createSchemaRegistry({ url, attempts: 3 });
    expect(await rejection(registry.register("rows-value", {}))).toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
      retryable: true,
      message: expect.stringContaining("500"),
    });
    expect(requests.length).toBe(3);
  });

  test("schema_isUnavailable_nothingListensOrAnswers", async () => {
    const hanging = answering(() => new Promise<Response>(() => {}));
    for (const url of ["http://127.0.0.1:9", hanging.url]) {
      const registry = createSchemaRegistry({ url, attempts: 2, timeoutMs: 200 });
      expect(await rejection(registry.schema(1))).toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
    }
  });

  test("decode_isUnavailable_andWorksOnceItIsBack", async () => {
    let up = false;
    const { url, requests } = answering(() =>
      up ? Response.json({ schema: JSON.stringify(rowSchemaOf().json) }) : new Response("", { status: 503 }),
    );
    const reader = await createRowCodec({ registry: createSchemaRegistry({ url, attempts: 1 }) });
    const record = Buffer.from((await createRowCodec()).encode(plainRow));
    record.writeUInt32BE(5, 1);
    expect(await rejection(Promise.resolve(reader.decode(record)))).toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
    });
    up = true;
    const asked = requests.length;
    const rows = await Promise.all(Array.from({ length: 100 }, () => reader.decode(record)));
    expect(rows).toEqual(Array(100).fill(plainRow));
    expect(requests.length).toBe(asked + 1);
  });

  test("schema_isRefused_addressIsNoRegistrys", async () => {
    const page = answering(() => new Response("<h1>Not found</h1>", { status: 404 }));
    const other = answering(() => Response.json({ hello: "world" }));
    for (const { url } of [page, other]) {
      const refused = await rejection(createSchemaRegistry({ url }).schema(1));
      expect(refused).toMatchObject({ code: "CONFIG_INVALID", retryable: false });
    }
    expect(() => createSchemaRegistry({ url: "registry:8081" })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });

  test("register_saysNoPassword_userRefused", async () => {
    const { url, requests } = answering(() =>
      Response.json({ error_code: 401, message: "no" }, { status: 401 }),
    );
    const secret = url.replace("//", "//poller:s3cret%21@");
    const refused = await rejection(createSchemaRegistry({ url: secret }).register("rows-value", {}));
    expect(refused).toMatchObject({ code: "CREDENTIALS_REFUSED" });
    expect(String(refused)).not.toContain("s3cret");
    expect(requests[0]?.authorization).toBe(`Basic ${btoa("poller:s3cret!")}`);
  });
});
