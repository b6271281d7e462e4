/**
 * The settlement ledger's loader in a process of its own, as in earnest, into a SQLite ledger that is thrown away. Tells
 * its parent how far it is; ends when the parent does, or says so.
 *
 * Usage: loader.ts <LoaderTask as JSON>
 */
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { runLoader, settlementLedger } from "../../settlement/consumers/mod.ts";
import { createSqliteLedgers } from "../../settlement/ledgers.sqlite.ts";
import { createKafkaLog } from "../../settlement/log.kafka.ts";
import { endWith } from "../settlement-end.ts";

export const LoaderTask = Type.Object({
  brokers: Type.Array(Type.String()),
  topic: Type.String(),
  group: Type.String(),
  /** The ledger's file. */
  path: Type.String(),
});

/** What it has done since it began. */
export const LoaderNews = Type.Object({
  rows: Type.Integer(),
  /** Processor time, user and system. */
  cpuMs: Type.Number(),
});

const TELL_MS = 100;

const load = async (text: string): Promise<void> => {
  const { brokers, topic, group, path } = Value.Decode(LoaderTask, JSON.parse(text));
  const log = createKafkaLog({ brokers, clientId: "jumun-capacity" });
  const ledgers = createSqliteLedgers({ path });
  const upsert = settlementLedger.upsert(ledgers);
  let loaded = 0;
  const loader = await runLoader({
    // All that is in the topic is readable, so that no other topic is ever made.
    ...{ log, codec: await createRowCodec(), topic, group, deadTopic: topic },
    async upsert(rows) {
      await upsert(rows);
      loaded += rows.length;
    },
  });
  const telling = setInterval(() => {
    const { user, system } = process.cpuUsage();
    process.send?.({ rows: loaded, cpuMs: (user + system) / 1_000 });
  }, TELL_MS);
  const asked = new Promise<void>((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("disconnect", () => resolve());
  });
  await Promise.race([asked, loader.ended]);
  clearInterval(telling);
  await loader.stop();
  await log.close();
  await ledgers.close();
};

if (import.meta.main) {
  process.exit(await load(process.argv[2] ?? "").then(() => 0, endWith));
}
